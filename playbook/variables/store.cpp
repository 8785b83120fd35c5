#include "playbook/variables/store.hpp"

#include <filesystem>

#include "engine/facts.hpp"
#include "playbook/arguments.hpp"
#include "playbook/roles.hpp"
#include "playbook/variables/magic.hpp"
#include "playbook/variables/state.hpp"

namespace mito::playbook {

using core::value;

variable_store::variable_store(inventory hosts, run_settings settings, const templating::templar* templar)
    : impl_(std::make_shared<impl>(std::move(hosts), std::move(settings), templar)) {
  impl_->hostvars = value(core::dict{{value("hostvars"), make_hostvars(impl_)}});
}

variable_store::~variable_store() = default;

core::expected<void> variable_store::load_vars_folders() {
  auto& s = *impl_;
  std::lock_guard lock(s.mutex);
  auto find = [&](const std::vector<std::string>& roots, std::string_view what) {
    std::vector<std::string> out;
    for (const auto& root : roots) {
      std::error_code code;
      auto path = root + "/" + std::string(what);
      if (!root.empty() && std::filesystem::is_directory(path, code)) out.push_back(path);
    }
    return out;
  };
  s.group_folders = find(s.hosts.directories, "group_vars");
  s.host_folders = find(s.hosts.directories, "host_vars");
  s.play_group_folders = find({s.settings.playbook_dir}, "group_vars");
  s.play_host_folders = find({s.settings.playbook_dir}, "host_vars");
  s.inventory_changed();
  // Broken files are told about now, not in the middle of a run; reading fills the cache.
  auto check = [&](const std::vector<std::string>& folders, const std::string& name) -> core::expected<void> {
    core::dict scratch;
    for (const auto& folder : folders)
      if (auto ok = s.files.merge(scratch, find_vars_files(folder, name)); !ok) return ok;
    return {};
  };
  for (const auto& g : s.hosts.groups())
    for (const auto* folders : {&s.group_folders, &s.play_group_folders})
      if (auto ok = check(*folders, g.name); !ok) return ok;
  if (!s.host_folders.empty() || !s.play_host_folders.empty())
    for (const auto& h : s.hosts.hosts())
      for (const auto* folders : {&s.host_folders, &s.play_host_folders})
        if (auto ok = check(*folders, h.name); !ok) return ok;
  return {};
}

std::vector<core::diagnostic> variable_store::take_warnings() {
  return impl_->files.take_warnings();
}

void variable_store::read_inventory(const std::function<void(const inventory&)>& read) const {
  std::lock_guard lock(impl_->mutex);
  read(impl_->hosts);
}

void variable_store::change_inventory(const std::function<void(inventory&)>& change) {
  std::lock_guard lock(impl_->mutex);
  change(impl_->hosts);
  impl_->inventory_changed();
}

core::expected<void> variable_store::begin_play(play_state state) {
  auto& s = *impl_;
  value entries;
  std::string directory;
  {
    std::lock_guard lock(s.mutex);
    s.current = std::move(state);
    ++s.play_number;
    s.prompted = s.role_defaults = s.role_vars = s.static_vars_files = value(core::dict{});
    s.role_names = value(role_name_variables({}));
    s.vars_files.clear();
    s.vars_files_templated = false;
    s.play_vars = value(s.current.current ? s.current.current->shared.vars : core::dict{});
    s.refresh_play_magic();
    if (!s.current.current || !s.current.current->vars_files) return {};
    const auto& given = s.current.current->vars_files.raw;
    if (given.is_none()) return {};
    s.vars_files = given.is_list() ? given.as_list() : core::list{given};
    for (const auto& entry : s.vars_files) {
      for (const auto& name : entry.is_list() ? entry.as_list() : core::list{entry})
        s.vars_files_templated = s.vars_files_templated || has_template(name.as_string());
    }
    entries = value(s.vars_files);
    directory = s.current.current->directory;
  }
  auto vars = play_scope();
  auto read = s.read_vars_files(entries, directory, *vars, !s.vars_files_templated, false);
  if (!read) return read.error();
  std::lock_guard lock(s.mutex);
  s.static_vars_files = std::move(*read);
  return {};
}

void variable_store::update_hosts(std::vector<host_id> active, std::vector<host_id> batch) {
  std::lock_guard lock(impl_->mutex);
  impl_->current.active = std::move(active);
  impl_->current.batch = std::move(batch);
  impl_->refresh_play_magic();
}

core::expected<scope_handle> variable_store::scope_for(host_id host, const task_state& state) const {
  return impl_->scope(host, state, true);
}

scope_handle variable_store::play_scope() const {
  std::lock_guard lock(impl_->mutex);
  std::size_t at = 0;
  auto out = impl_->play_layers(at);
  out->insert(at, impl_->static_vars_files);
  out->keep(impl_);
  return out;
}

namespace {

/// `base` with `more` on top, as a new shared dict.
value updated(const value& base, const core::dict& more) {
  auto d = base.as_dict();
  d.update(more);
  return value(std::move(d));
}

} // namespace

void variable_store::add_facts(host_id host, const core::dict& facts) {
  std::lock_guard lock(impl_->mutex);
  auto& h = impl_->at(host);
  h.facts = updated(h.facts, core::as_data(value(facts)).as_dict());
  core::dict layer;
  if (impl_->settings.inject_facts)
    layer = engine::injectable_facts(h.facts.as_dict());
  else if (const auto* local = h.facts.as_dict().find("ansible_local"))
    layer.set("ansible_local", *local);
  layer.set("ansible_facts", value(engine::namespaced_facts(h.facts.as_dict())));
  h.fact_layer = value(std::move(layer));
  ++h.version;
}

void variable_store::set_fact(host_id host, std::string_view name, value v, bool cacheable) {
  if (cacheable) add_facts(host, core::dict{{value(name), v}});
  std::lock_guard lock(impl_->mutex);
  auto& h = impl_->at(host);
  h.registered = updated(h.registered, core::dict{{value(name), std::move(v)}});
  ++h.version;
}

void variable_store::set_registered(host_id host, std::string_view name, const value& result) {
  set_fact(host, name, core::as_data(result));
}

void variable_store::add_included(host_id host, const core::dict& vars) {
  std::lock_guard lock(impl_->mutex);
  auto& h = impl_->at(host);
  h.included = updated(h.included, vars);
  ++h.version;
}

void variable_store::clear_facts(host_id host) {
  std::lock_guard lock(impl_->mutex);
  auto& h = impl_->at(host);
  h.facts = h.fact_layer = value(core::dict{});
  ++h.version;
}

void variable_store::set_prompted(core::dict answers) {
  std::lock_guard lock(impl_->mutex);
  impl_->prompted = value(std::move(answers));
}

void variable_store::set_play_roles(const std::vector<std::shared_ptr<const role>>& roles) {
  auto layers = layers_of_play(roles);
  auto names = value(role_name_variables(roles));
  std::lock_guard lock(impl_->mutex);
  impl_->role_defaults = std::move(layers.defaults);
  impl_->role_vars = std::move(layers.vars);
  impl_->role_names = std::move(names);
}

const core::dict& variable_store::extra_vars() const {
  return impl_->settings.extra_vars;
}

value variable_store::facts(host_id host) const {
  std::lock_guard lock(impl_->mutex);
  const auto& layer = impl_->at(host).fact_layer;
  const auto* facts = layer.as_dict().find("ansible_facts");
  return facts ? *facts : value(core::dict{});
}

} // namespace mito::playbook

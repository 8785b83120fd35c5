#include "playbook/variables/store.hpp"

#include "playbook/arguments.hpp"
#include "playbook/merge.hpp"
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
  s.find_folders();
  if (s.settings.vars_at_inventory)
    if (auto ok = s.vars_into_inventory(); !ok) return ok;
  s.inventory_changed();
  if (!s.settings.vars_at_task) return {};
  // Broken files are told about now, not in the middle of a run; reading fills the cache.
  auto check = [&](const std::vector<std::string>& folders, const std::string& name) -> core::expected<void> {
    core::dict scratch;
    for (const auto& folder : folders)
      if (auto ok = s.files.merge(scratch, s.files.find(folder, name)); !ok) return ok;
    return {};
  };
  for (const auto& g : s.hosts.groups())
    for (const auto* folders : {&s.group_folders, &s.play_group_folders})
      if (auto ok = check(*folders, g.name); !ok) return ok;
  if (!s.host_folders.empty() || !s.play_host_folders.empty())
    for (auto h : s.hosts.listed())
      for (const auto* folders : {&s.host_folders, &s.play_host_folders})
        if (auto ok = check(*folders, s.hosts.at(h).name); !ok) return ok;
  return {};
}

std::vector<core::diagnostic> variable_store::take_warnings() {
  auto out = impl_->files.take_warnings();
  {
    std::lock_guard lock(impl_->mutex);
    for (auto& m : std::exchange(impl_->warnings, {})) out.push_back(std::move(m));
    for (auto& m : impl_->hosts.take_messages()) out.push_back(std::move(m));
  }
  if (impl_->settings.facts)
    for (auto& w : impl_->settings.facts->take_warnings())
      out.push_back({core::severity::warning, std::move(w), {}, {}, {}, "facts"});
  return out;
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

void variable_store::change_inventory_lastingly(std::function<void(inventory&)> change) {
  std::lock_guard lock(impl_->mutex);
  change(impl_->hosts);
  impl_->inventory_changed();
  impl_->lasting.push_back(std::move(change));
}

void variable_store::set_reload(std::function<core::expected<loaded_inventory>(const inventory&)> reload) {
  std::lock_guard lock(impl_->mutex);
  impl_->reload = std::move(reload);
}

core::expected<void> variable_store::refresh_inventory() {
  auto& s = *impl_;
  std::lock_guard lock(s.mutex);
  if (!s.reload) return core::error("the inventory cannot be read again here");
  auto loaded = s.reload(s.hosts);
  if (!loaded) return loaded.error();
  s.hosts = std::move(loaded->hosts);
  s.files.forget_folders();
  s.find_folders();
  if (s.settings.vars_at_inventory)
    if (auto ok = s.vars_into_inventory(); !ok) return ok.error();
  for (const auto& change : s.lasting) change(s.hosts);
  s.inventory_changed();
  for (auto& w : loaded->warnings) s.warnings.push_back(std::move(w));
  return {};
}

core::expected<core::dict> variable_store::group_vars(group_id g, bool with_playbook) const {
  auto& s = *impl_;
  std::lock_guard lock(s.mutex);
  core::dict out = s.hosts.group_at(g).vars;
  for (const auto* folders : {&s.group_folders, &s.play_group_folders})
    for (const auto& folder : *folders)
      if (s.settings.vars_at_task && (with_playbook || folders == &s.group_folders))
        if (auto ok = s.files.merge(out, s.files.find(folder, s.hosts.group_at(g).name)); !ok) return ok.error();
  return out;
}

core::expected<core::dict> variable_store::host_vars(host_id h, bool with_playbook) const {
  auto& s = *impl_;
  std::lock_guard lock(s.mutex);
  core::dict out = s.hosts.at(h).vars;
  for (const auto* folders : {&s.host_folders, &s.play_host_folders})
    for (const auto& folder : *folders)
      if (s.settings.vars_at_task && (with_playbook || folders == &s.host_folders))
        if (auto ok = s.files.merge(out, s.files.find(folder, s.hosts.at(h).name)); !ok) return ok.error();
  return out;
}

core::expected<core::dict> variable_store::flat_vars(host_id h) const {
  auto& s = *impl_;
  std::lock_guard lock(s.mutex);
  if (auto ok = s.build_inventory_layers(h); !ok) return ok.error();
  const auto& state = s.at(h);
  core::dict out;
  for (const auto& layer : {state.groups, state.own, state.fact_layer, s.extra})
    combine(out, layer.as_dict(), s.settings.merge_hashes);
  return out;
}

core::expected<void> variable_store::set_playbook_folder(const std::string& folder) {
  {
    std::lock_guard lock(impl_->mutex);
    if (impl_->settings.playbook_dir == folder) return {};
    impl_->settings.playbook_dir = folder;
  }
  return load_vars_folders();
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
  if (!h.cache_read) impl_->read_cached_facts(host);
  impl_->set_facts(h, updated(h.facts, core::as_data(value(facts)).as_dict()));
  if (impl_->settings.facts) impl_->settings.facts->set(impl_->hosts.at(host).name, h.facts.as_dict());
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
  h.cache_read = true;
  h.facts = value();
  h.fact_layer = impl_->no_facts;
  ++h.version;
  if (impl_->settings.facts) impl_->settings.facts->erase(impl_->hosts.at(host).name);
}

void variable_store::set_prompted(core::dict answers) {
  std::lock_guard lock(impl_->mutex);
  impl_->prompted = value(std::move(answers));
}

void variable_store::set_role_layers(core::dict defaults, core::dict vars) {
  std::lock_guard lock(impl_->mutex);
  impl_->role_defaults = value(std::move(defaults));
  impl_->role_vars = value(std::move(vars));
}

value variable_store::facts(host_id host) const {
  std::lock_guard lock(impl_->mutex);
  if (!impl_->at(host).cache_read) impl_->read_cached_facts(host);
  const auto& layer = impl_->at(host).fact_layer;
  const auto* facts = layer.as_dict().find("ansible_facts");
  return facts ? *facts : value(core::dict{});
}

} // namespace mito::playbook

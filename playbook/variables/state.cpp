#include "playbook/variables/state.hpp"

#include <filesystem>

#include "playbook/merge.hpp"
#include "playbook/variables/facts.hpp"
#include "playbook/variables/group_levels.hpp"
#include "playbook/variables/magic.hpp"

namespace mito::playbook {

using core::value;

variable_store::impl::impl(inventory i, run_settings s, const templating::templar* t)
    : hosts(std::move(i)), settings(std::move(s)), templar(t), omit(make_omit_token()) {
  value none{core::dict{}};
  extra = value(settings.extra_vars);
  run = run_magic(settings, hosts, omit);
  hostvars = play_vars = prompted = role_defaults = role_vars = static_vars_files = none;
  files.extensions = settings.yaml_extensions;
  files.merge_hashes = settings.merge_hashes;
  host_state empty;
  set_facts(empty, none);
  no_facts = empty.fact_layer;
  refresh_play_magic();
}

variable_store::impl::host_state& variable_store::impl::at(host_id h) {
  if (states.size() <= h) states.resize(std::max<std::size_t>(hosts.hosts().size(), h + 1));
  return states[h];
}

void variable_store::impl::refresh_play_magic() {
  play_magic_layer = current.current ? play_magic(hosts, current) : value(core::dict{});
}

void variable_store::impl::inventory_changed() {
  groups = value();
  group_layers.clear();
  for (auto& s : states) {
    s.groups = s.own = value();
    ++s.version;
  }
  run = run_magic(settings, hosts, omit);
}

value variable_store::impl::groups_variable() {
  if (groups.is_none()) groups = groups_magic(hosts);
  return groups;
}

void variable_store::impl::find_folders() {
  auto find = [&](const std::vector<std::string>& roots, std::string_view what) {
    std::vector<std::string> out;
    for (const auto& root : roots) {
      std::error_code code;
      auto path = root + "/" + std::string(what);
      if (!root.empty() && std::filesystem::exists(path, code)) out.push_back(path);
    }
    return out;
  };
  group_folders = find(hosts.directories, "group_vars");
  host_folders = find(hosts.directories, "host_vars");
  play_group_folders = find({settings.playbook_dir}, "group_vars");
  play_host_folders = find({settings.playbook_dir}, "host_vars");
  run = run_magic(settings, hosts, omit);
}

core::expected<void> variable_store::impl::vars_into_inventory() {
  auto add = [&](core::dict& vars, const std::vector<std::string>& folders, const std::string& name) -> core::expected<void> {
    for (const auto& folder : folders)
      if (auto ok = files.merge(vars, files.find(folder, name)); !ok) return ok;
    return {};
  };
  for (group_id g = 0; g < hosts.groups().size(); ++g)
    if (auto ok = add(hosts.group_at(g).vars, group_folders, hosts.group_at(g).name); !ok) return ok;
  for (auto h : hosts.listed())
    if (auto ok = add(hosts.at(h).vars, host_folders, hosts.at(h).name); !ok) return ok;
  return {};
}

core::expected<value> variable_store::impl::group_layer(host_id h) {
  auto chain = hosts.groups_of(h);
  if (auto it = group_layers.find(chain); it != group_layers.end()) return it->second;
  auto d = merge_group_levels(*this, chain);
  if (!d) return d.error();
  value out(std::move(*d));
  group_layers.emplace(std::move(chain), out);
  return out;
}

core::expected<value> variable_store::impl::host_layer(host_id h) {
  core::dict d = hosts.at(h).vars;
  combine(d, host_magic(hosts, h).as_dict(), settings.merge_hashes);
  if (settings.vars_at_task)
    for (const auto* folders : {&host_folders, &play_host_folders})
      for (const auto& folder : *folders)
        if (auto ok = files.merge(d, files.find(folder, hosts.at(h).name)); !ok) return ok.error();
  return value(std::move(d));
}

core::expected<void> variable_store::impl::build_inventory_layers(host_id h) {
  auto& s = at(h);
  if (!s.cache_read) read_cached_facts(h);
  if (!s.own.is_none()) return {};
  auto shared = group_layer(h);
  if (!shared) return shared.error();
  auto own = host_layer(h);
  if (!own) return own.error();
  s.groups = std::move(*shared);
  s.own = std::move(*own);
  return {};
}

void variable_store::impl::set_facts(host_state& h, value facts) {
  core::dict layer;
  if (settings.inject_facts) {
    layer = injectable_facts(facts.as_dict());
    for (const auto& e : facts.as_dict())
      if (e.key.is_string() && is_restricted_fact(e.key.as_string()) && !e.key.as_string().starts_with("_ansible_"))
        warnings.push_back({core::severity::warning,
                            "Removed restricted key from module data: " + std::string(e.key.as_string()),
                            {},
                            {},
                            {},
                            "facts"});
  } else { // this one is always promoted
    const auto* local = facts.as_dict().find("ansible_local");
    layer.set("ansible_local", local ? *local : value(core::dict{}));
  }
  layer.set("ansible_facts", value(namespaced_facts(facts.as_dict())));
  h.facts = std::move(facts);
  h.fact_layer = value(std::move(layer));
  ++h.version;
}

void variable_store::impl::read_cached_facts(host_id h) {
  auto& s = at(h);
  s.cache_read = true;
  auto cached = settings.facts ? settings.facts->get(hosts.at(h).name) : std::nullopt;
  if (cached && s.facts.is_none()) set_facts(s, core::as_data(value(std::move(*cached))));
  if (s.fact_layer.is_none()) s.fact_layer = no_facts;
}

std::shared_ptr<layered_scope> variable_store::impl::play_layers(std::size_t& vars_files_at) {
  auto out = std::make_shared<layered_scope>();
  out->merge_hashes(settings.merge_hashes);
  for (const auto& layer : {play_magic_layer, run, groups_variable(), hostvars, extra}) out->add(layer);
  vars_files_at = out->added();
  for (const auto& layer : {prompted, play_vars}) out->add(layer);
  return out;
}

namespace {

/// Task and block vars, innermost first.
void add_task_layers(layered_scope& out, const task_state& state) {
  if (state.merged_vars && !state.merged_vars->empty()) out.add(value(*state.merged_vars));
  if (state.task && !state.task->shared.vars.empty()) out.add(value(state.task->shared.vars));
  for (std::size_t i = state.blocks.size(); i-- > 0;)
    if (!state.blocks[i]->shared.vars.empty()) out.add(value(state.blocks[i]->shared.vars));
}

/// The magic variable `environment`: what the keyword says, outermost first.
value environment_of(const play* play, const task_state& state) {
  core::list parts;
  auto add = [&](const common& c) {
    for (const auto& f : c.environment) parts.push_back(f.raw);
  };
  if (play) add(play->shared);
  for (const auto* b : state.blocks) add(b->shared);
  add(state.task->shared);
  return value(core::dict{{value("environment"), value(std::move(parts))}});
}

} // namespace

core::expected<std::shared_ptr<layered_scope>>
variable_store::impl::build(host_id h, const task_state& state, bool with_play, std::size_t& vars_files_at) {
  if (auto ok = build_inventory_layers(h); !ok) return ok.error();
  const auto& s = at(h);
  auto out = std::make_shared<layered_scope>();
  out->merge_hashes(settings.merge_hashes);
  out->with_vars(with_play);
  if (state.task) out->add(environment_of(current.current.get(), state));
  if (with_play) out->add(play_magic_layer);
  out->add(run);
  out->add(groups_variable());
  if (with_play) out->add(hostvars); // as in Ansible, what hostvars gives has no hostvars itself
  out->add(extra);
  if (state.include_params) out->add(value(*state.include_params));
  out->add(s.registered);
  out->add(s.included);
  add_task_layers(*out, state);
  if (state.role_vars) out->add(value(*state.role_vars));
  if (with_play) out->add(role_vars);
  vars_files_at = out->added();
  if (with_play) {
    out->add(prompted);
    out->add(play_vars);
  }
  out->add(s.fact_layer);
  out->add(s.own);
  out->add(s.groups);
  if (with_play) out->add(role_defaults);
  out->keep(shared_from_this());
  return out;
}

core::expected<scope_handle> variable_store::impl::scope(host_id h, const task_state& state, bool with_play) {
  std::size_t vars_files_at = 0;
  std::unique_lock lock(mutex);
  auto out = build(h, state, with_play, vars_files_at);
  if (!out) return out.error();
  if (!with_play || vars_files.empty()) return scope_handle(std::move(*out));
  auto& s = at(h);
  if (!vars_files_templated) {
    (*out)->insert(vars_files_at, static_vars_files);
    return scope_handle(std::move(*out));
  }
  if (s.vars_files_play == play_number && s.vars_files_version == s.version) {
    (*out)->insert(vars_files_at, s.vars_files);
    return scope_handle(std::move(*out));
  }
  // Names are templates over this host's variables, which may come back here: let go of the lock meanwhile.
  auto version = s.version;
  auto play = play_number;
  bool facts_known = !s.facts.as_dict().empty();
  value entries(vars_files);
  auto directory = current.current->directory;
  lock.unlock();
  auto read = read_vars_files(entries, directory, **out, true, facts_known);
  if (!read) return read.error();
  (*out)->insert(vars_files_at, *read);
  lock.lock();
  auto& again = at(h);
  if (again.version == version && play_number == play) {
    again.vars_files = *read;
    again.vars_files_version = version;
    again.vars_files_play = play;
  }
  return scope_handle(std::move(*out));
}

} // namespace mito::playbook

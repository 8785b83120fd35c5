#include "playbook/variables/magic.hpp"

#include <random>

#include "playbook/inventory/addresses.hpp"

namespace mito::playbook {

using core::value;

namespace {

value text_or_none(const std::string& s) {
  return s.empty() ? value() : value(s);
}

value text_list(const std::vector<std::string>& items) {
  core::list out;
  for (const auto& i : items) out.emplace_back(i);
  return value(std::move(out));
}

/// A host's or group's name. Sources are the author's, but add_host takes names from anywhere: what looks like a template
/// is never one.
value name_of(std::string_view name) {
  return {name, templating::templar::is_template(name) ? core::trust::data : core::trust::source};
}

value host_names(const inventory& from, const std::vector<host_id>& hosts) {
  core::list out;
  out.reserve(hosts.size());
  for (auto h : hosts) out.emplace_back(from.at(h).name);
  return value(std::move(out));
}

} // namespace

value host_magic(const inventory& from, host_id id) {
  const auto& h = from.at(id);
  core::dict d;
  auto name = name_of(h.name);
  d.set("inventory_hostname", name);
  auto dot = is_ip_address(h.name) ? std::string::npos : h.name.find('.');
  d.set("inventory_hostname_short", dot == std::string::npos ? name : name_of(h.name.substr(0, dot)));
  core::list groups;
  for (const auto& g : from.group_names(id)) groups.push_back(name_of(g));
  d.set("group_names", value(std::move(groups)));
  return value(std::move(d));
}

value run_magic(const run_settings& s, const inventory& from, const std::string& omit) {
  core::dict version;
  // The Ansible whose language this is; playbooks compare against it.
  version.set("string", value("2.14.18"))
      .set("full", value("2.14.18"))
      .set("major", value(2))
      .set("minor", value(14));
  version.set("revision", value(18));
  core::dict d;
  d.set("playbook_dir", value(s.playbook_dir));
  d.set("ansible_playbook_python", value(s.python));
  d.set("ansible_config_file", text_or_none(s.config_file));
  d.set("omit", value(omit));
  d.set("ansible_version", value(std::move(version)));
  d.set("ansible_check_mode", value(s.check_mode));
  d.set("ansible_diff_mode", value(s.diff_mode));
  d.set("ansible_forks", value(s.forks));
  d.set("ansible_inventory_sources", text_list(from.sources));
  d.set("ansible_skip_tags", text_list(s.skip_tags));
  if (!s.limit.empty()) d.set("ansible_limit", value(s.limit));
  d.set("ansible_run_tags", text_list(s.run_tags));
  d.set("ansible_verbosity", value(s.verbosity));
  return value(std::move(d));
}

value play_magic(const inventory& from, const play_state& state) {
  core::dict d;
  for (const auto* name :
       {"ansible_role_names", "ansible_play_role_names", "ansible_dependent_role_names", "role_names"})
    d.set(name, value(core::list{}));
  d.set("ansible_play_name", value(state.current ? state.current->name : std::string()));
  d.set("ansible_play_hosts_all", host_names(from, state.all));
  d.set("ansible_play_hosts", host_names(from, state.active));
  auto batch = host_names(from, state.batch);
  d.set("ansible_play_batch", batch);
  d.set("play_hosts", batch);
  return value(std::move(d));
}

value groups_magic(const inventory& from) {
  core::dict d;
  for (group_id g = 0; g < from.groups().size(); ++g) {
    d.set(from.group_at(g).name, host_names(from, from.members(g)));
  }
  return value(core::dict{{value("groups"), value(std::move(d))}});
}

std::string make_omit_token() {
  std::random_device random;
  std::string out = "__omit_place_holder__";
  for (int i = 0; i < 40; ++i) out += "0123456789abcdef"[random() & 15];
  return out;
}

} // namespace mito::playbook

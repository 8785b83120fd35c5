#include "playbook/variables/magic.hpp"

#include <random>

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
  d.set("inventory_hostname", value(h.name));
  d.set("inventory_hostname_short", value(std::string_view(h.name).substr(0, h.name.find('.'))));
  d.set("group_names", text_list(from.group_names(id)));
  if (!h.implicit) {
    d.set("inventory_file", text_or_none(h.file));
    d.set("inventory_dir", text_or_none(h.directory));
  }
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

namespace {
/// Its name, or the pattern of its hosts.
std::string play_name(const play* p) {
  if (!p || !p->name.empty()) return p ? p->name : std::string();
  if (p->hosts.raw.is_string()) return std::string(p->hosts.raw.as_string());
  std::string out;
  for (const auto& h : p->hosts.raw.as_list()) out += (out.empty() ? "" : ",") + std::string(h.as_string());
  return out;
}
} // namespace

value play_magic(const inventory& from, const play_state& state) {
  core::dict d;
  d.set("ansible_play_name", value(play_name(state.current.get())));
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
    auto members = from.members(g);
    if (g == inventory::all) std::erase_if(members, [&](host_id h) { return from.at(h).implicit; });
    d.set(from.group_at(g).name, host_names(from, members));
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

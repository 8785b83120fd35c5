#include "playbook/inventory/inventory.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::playbook {

inventory::inventory() {
  add_group("all");
  add_group("ungrouped");
  (void)add_child(all, ungrouped);
}

host_id inventory::find_host(std::string_view name) const {
  auto it = host_ids_.find(name);
  return it == host_ids_.end() ? no_id : it->second;
}

group_id inventory::find_group(std::string_view name) const {
  auto it = group_ids_.find(name);
  return it == group_ids_.end() ? no_id : it->second;
}

bool inventory::is_local_name(std::string_view name) {
  return name == "localhost" || name == "127.0.0.1" || name == "::1";
}

void inventory::set_source(std::string file, std::string directory) {
  source_file_ = std::move(file);
  source_directory_ = std::move(directory);
}

host_id inventory::add_host(std::string_view name) {
  if (auto known = find_host(name); known != no_id) return known;
  auto id = static_cast<host_id>(hosts_.size());
  auto& h = hosts_.emplace_back();
  h.name = name;
  h.file = source_file_;
  h.directory = source_directory_;
  host_ids_.emplace(h.name, id);
  if (is_local_name(name) && local_ == no_id) local_ = id;
  return id;
}

group_id inventory::add_group(std::string_view name) {
  if (auto known = find_group(name); known != no_id) return known;
  auto id = static_cast<group_id>(groups_.size());
  groups_.emplace_back().name = name;
  group_ids_.emplace(std::string(name), id);
  return id;
}

void inventory::add_to_group(host_id h, group_id g) {
  auto& of = hosts_[h].groups;
  if (std::find(of.begin(), of.end(), g) != of.end()) return;
  of.push_back(g);
  groups_[g].hosts.push_back(h);
}

void inventory::remove_from_group(host_id h, group_id g) {
  std::erase(hosts_[h].groups, g);
  std::erase(groups_[g].hosts, h);
}

std::vector<group_id> inventory::walk(group_id from, std::vector<group_id> group::*relation) const {
  // Breadth first, each once: the order in which Ansible lists a group's hosts.
  std::vector<group_id> out{from};
  std::vector<bool> seen(groups_.size());
  seen[from] = true;
  for (std::size_t i = 0; i < out.size(); ++i)
    for (auto next : groups_[out[i]].*relation)
      if (!seen[next]) {
        seen[next] = true;
        out.push_back(next);
      }
  return out;
}

core::expected<void> inventory::add_child(group_id parent, group_id child) {
  if (parent == child) return core::error("can't add group to itself");
  auto& children = groups_[parent].children;
  if (std::find(children.begin(), children.end(), child) != children.end()) return {};
  auto above = walk(parent, &group::parents);
  if (std::find(above.begin(), above.end(), child) != above.end())
    return core::error("Adding group '" + groups_[child].name + "' as child to '" + groups_[parent].name +
                       "' creates a recursive dependency loop.");
  children.push_back(child);
  groups_[child].parents.push_back(parent);
  raise_depth(child, groups_[parent].depth + 1);
  return {};
}

void inventory::raise_depth(group_id g, std::uint32_t depth) {
  // The graph has no loops, so this ends.
  std::vector<std::pair<group_id, std::uint32_t>> todo{{g, depth}};
  while (!todo.empty()) {
    auto [id, d] = todo.back();
    todo.pop_back();
    if (groups_[id].depth >= d) continue;
    groups_[id].depth = d;
    for (auto child : groups_[id].children) todo.emplace_back(child, d + 1);
  }
}

void inventory::set_host_var(host_id h, std::string_view name, core::value v) {
  hosts_[h].vars.set(name, std::move(v));
}

void inventory::set_group_var(group_id g, std::string_view name, core::value v) {
  if (name != "ansible_group_priority") {
    groups_[g].vars.set(name, std::move(v));
    return;
  }
  if (v.is_int()) groups_[g].priority = v.as_int();
  if (v.is_string())
    if (auto n = core::parse_int(core::trim(v.as_string()))) groups_[g].priority = *n;
}

void inventory::reconcile() {
  for (group_id g = 1; g < groups_.size(); ++g)
    if (groups_[g].parents.empty()) (void)add_child(all, g); // cannot close a loop: g has no ancestors
  for (host_id h = 0; h < hosts_.size(); ++h) {
    const auto& of = hosts_[h].groups;
    bool in_ungrouped = std::find(of.begin(), of.end(), ungrouped) != of.end();
    auto others = std::count_if(of.begin(), of.end(), [](group_id g) { return g != all && g != ungrouped; });
    if (in_ungrouped && others)
      remove_from_group(h, ungrouped);
    else if (!in_ungrouped && !others && !hosts_[h].implicit)
      add_to_group(h, ungrouped);
  }
}

host_id inventory::localhost(std::string_view name) {
  if (local_ != no_id) return local_;
  auto id = static_cast<host_id>(hosts_.size());
  auto& h = hosts_.emplace_back();
  h.name = name;
  h.implicit = true;
  h.vars.set("ansible_python_interpreter", core::value(python, core::trust::source));
  h.vars.set("ansible_connection", core::value("local", core::trust::source));
  return local_ = id;
}

host_id inventory::delegate(std::string_view name) {
  if (auto h = find_host(name); h != no_id) return h;
  if (is_local_name(name)) return localhost(name);
  if (auto it = outside_.find(name); it != outside_.end()) return it->second;
  auto id = static_cast<host_id>(hosts_.size());
  auto& h = hosts_.emplace_back();
  h.name = name;
  h.implicit = true;
  outside_.emplace(std::string(name), id);
  return id;
}

std::size_t inventory::listed() const {
  return static_cast<std::size_t>(
      std::count_if(hosts_.begin(), hosts_.end(), [](const host& h) { return !h.implicit; }));
}

std::vector<host_id> inventory::members(group_id g) const {
  std::vector<host_id> out;
  std::vector<bool> seen(hosts_.size());
  for (auto id : walk(g, &group::children))
    for (auto h : groups_[id].hosts)
      if (!seen[h]) {
        seen[h] = true;
        out.push_back(h);
      }
  return out;
}

std::vector<group_id> inventory::groups_of(host_id h) const {
  std::vector<group_id> out;
  std::vector<bool> seen(groups_.size());
  for (auto direct : hosts_[h].groups)
    for (auto g : walk(direct, &group::parents))
      if (!seen[g]) {
        seen[g] = true;
        out.push_back(g);
      }
  if (!seen[all]) out.push_back(all);
  std::sort(out.begin(), out.end(), [this](group_id a, group_id b) {
    const auto &x = groups_[a], &y = groups_[b];
    return std::tie(x.depth, x.priority, x.name) < std::tie(y.depth, y.priority, y.name);
  });
  return out;
}

std::vector<std::string> inventory::group_names(host_id h) const {
  std::vector<std::string> out;
  for (auto g : groups_of(h))
    if (g != all) out.push_back(groups_[g].name);
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace mito::playbook

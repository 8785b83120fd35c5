#include "playbook/inventory/inventory.hpp"

#include <algorithm>
#include <tuple>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/merge.hpp"

namespace mito::playbook {

using core::value;

inventory::inventory(inventory_rules rules) : rules_(std::move(rules)) {
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

void inventory::say(core::severity level, std::string text, std::string category) {
  if (level == core::severity::warning && !said_.insert(text).second) return;
  messages_.push_back({level, std::move(text), {}, {}, {}, std::move(category)});
}

void inventory::set_source(std::string_view file, std::string_view directory) {
  source_file_ = file.empty() ? value() : value(file, core::trust::source);
  source_directory_ = directory.empty() ? value() : value(directory, core::trust::source);
}

host_id inventory::new_host(std::string_view name) {
  if (auto it = former_.find(name); it != former_.end()) {
    hosts_[it->second] = host{it->first, {}, {}};
    return it->second;
  }
  auto& h = hosts_.emplace_back();
  h.name = name;
  return static_cast<host_id>(hosts_.size() - 1);
}

host_id inventory::add_host(std::string_view name, std::int64_t port) {
  if (auto known = find_host(name); known != no_id) return known;
  auto id = new_host(name);
  listed_.push_back(id);
  host_ids_.emplace(hosts_[id].name, id);
  if (port) set_host_var(id, value("ansible_port"), value(port));
  (void)set_variable(name, value("inventory_file"), source_file_);
  (void)set_variable(name, value("inventory_dir"), source_directory_);
  if (!is_local_name(name)) return id;
  if (local_ == no_id) {
    local_ = id;
    say(core::severity::note, "Set default localhost to " + std::string(name), "vvvv");
  } else {
    say(core::severity::warning, "A duplicate localhost-like entry was found (" + std::string(name) +
                                     "). First found localhost was " + hosts_[local_].name);
  }
  return id;
}

group_id inventory::add_group(std::string_view name) {
  if (auto known = find_group(name); known != no_id) return known;
  std::string used(name);
  if (!is_safe_group_name(name)) {
    bool replace = rules_.names == group_names::always || rules_.names == group_names::silently;
    if (replace) used = safe_group_name(name);
    if (rules_.names == group_names::always || rules_.names == group_names::never) {
      auto quoted = "invalid character(s) in group name (" + std::string(name) + ")";
      say(core::severity::note, (replace ? "Replacing " : "Not replacing ") + quoted, "vvvv");
      say(core::severity::warning, std::string("Invalid characters were found in group names ") +
                                       (replace ? "and automatically" : "but not") + " replaced, use -vvvv to see details");
    }
    if (auto known = find_group(used); known != no_id) return known;
  }
  auto id = static_cast<group_id>(groups_.size());
  groups_.emplace_back().name = used;
  group_ids_.emplace(std::move(used), id);
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
  if ((groups_[from].*relation).empty()) return out;
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

core::expected<void> inventory::add_child(group_id parent, std::string_view child) {
  if (auto g = find_group(child); g != no_id) return add_child(parent, g);
  auto h = find_host(child);
  if (h == no_id) return core::error(std::string(child) + " is not a known host nor group");
  add_to_group(h, parent);
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

void inventory::set(core::dict& vars, const value& name, value v) const {
  const auto* old = rules_.merge_hashes ? vars.find_key(name) : nullptr;
  vars.set_key(name, old ? merged(*old, v) : std::move(v));
}

void inventory::set_host_var(host_id h, const value& name, value v) { set(hosts_[h].vars, name, std::move(v)); }

core::expected<void> inventory::set_group_var(group_id g, const value& name, value v) {
  if (!name.is_string() || name.as_string() != "ansible_group_priority") {
    set(groups_[g].vars, name, std::move(v));
    return {};
  }
  if (v.is_int() || v.is_bool()) groups_[g].priority = v.as_int();
  else if (v.is_real())
    groups_[g].priority = static_cast<std::int64_t>(v.as_real());
  else if (auto n = v.is_string() ? core::parse_int(core::trim(v.as_string())) : std::nullopt)
    groups_[g].priority = *n;
  else
    return core::error("ansible_group_priority of group '" + groups_[g].name + "' must be a number, got " + core::to_repr(v));
  return {};
}

core::expected<void> inventory::set_variable(std::string_view entity, const value& name, value v) {
  if (auto g = find_group(entity); g != no_id) return set_group_var(g, name, std::move(v));
  auto h = find_host(entity);
  if (h == no_id) return core::error("Could not identify group or host named " + std::string(entity));
  set_host_var(h, name, std::move(v));
  return {};
}

core::expected<void> inventory::reconcile() {
  for (group_id g = 1; g < groups_.size(); ++g)
    if (groups_[g].parents.empty())
      if (auto ok = add_child(all, g); !ok) return ok;
  std::vector<bool> under_ungrouped(groups_.size()), elsewhere(groups_.size(), true);
  for (auto g : walk(ungrouped, &group::children)) under_ungrouped[g] = true;
  elsewhere[all] = false;
  auto above = walk(ungrouped, &group::parents);
  elsewhere[ungrouped] = std::any_of(above.begin(), above.end(), [](group_id g) { return g != ungrouped && g != all; });
  std::vector<bool> leaves(hosts_.size());
  bool any = false;
  for (auto h : listed_) {
    const auto& of = hosts_[h].groups;
    auto in = [&](const std::vector<bool>& set) {
      return std::any_of(of.begin(), of.end(), [&](group_id g) { return set[g]; });
    };
    if (in(under_ungrouped)) {
      if (in(elsewhere)) any = leaves[h] = true;
    } else if (!in(elsewhere)) {
      if (auto ok = add_child(ungrouped, std::string_view(hosts_[h].name)); !ok) return ok;
    }
  }
  if (any) { // in one go: there may be many
    std::erase_if(groups_[ungrouped].hosts, [&](host_id h) { return leaves[h]; });
    for (auto h : listed_)
      if (leaves[h]) std::erase(hosts_[h].groups, ungrouped);
  }
  for (const auto& g : groups_)
    if (find_host(g.name) != no_id)
      say(core::severity::warning, "Found both group and host with same name: " + g.name);
  return {};
}

host_id inventory::localhost(std::string_view name) {
  if (local_ != no_id) return local_;
  local_ = new_host(name);
  auto& h = hosts_[local_];
  h.implicit = true;
  h.vars.set("ansible_python_interpreter", value(rules_.python, core::trust::source));
  h.vars.set("ansible_connection", value("local", core::trust::source));
  return local_;
}

host_id inventory::delegate(std::string_view name) {
  if (auto h = find_host(name); h != no_id) return h;
  if (is_local_name(name)) return localhost(name);
  if (auto it = outside_.find(name); it != outside_.end()) return it->second;
  auto id = new_host(name);
  hosts_[id].implicit = true;
  outside_.emplace(std::string(name), id);
  return id;
}

std::vector<host_id> inventory::members(group_id g) const {
  std::vector<host_id> out;
  std::vector<bool> seen(hosts_.size());
  for (auto id : walk(g, &group::children))
    for (auto h : groups_[id].hosts)
      if (!seen[h] && !(g == all && hosts_[h].implicit)) {
        seen[h] = true;
        out.push_back(h);
      }
  return out;
}

void inventory::sort_by_depth(std::vector<group_id>& list) const {
  std::sort(list.begin(), list.end(), [this](group_id a, group_id b) {
    const auto &x = groups_[a], &y = groups_[b];
    return std::tie(x.depth, x.priority, x.name) < std::tie(y.depth, y.priority, y.name);
  });
}

std::vector<group_id> inventory::reached_groups(host_id h) const {
  std::vector<group_id> out;
  std::vector<bool> seen(groups_.size());
  for (auto direct : hosts_[h].groups)
    for (auto g : walk(direct, &group::parents))
      if (!seen[g]) {
        seen[g] = true;
        out.push_back(g);
      }
  sort_by_depth(out);
  return out;
}

std::vector<group_id> inventory::groups_of(host_id h) const {
  auto out = reached_groups(h);
  if (std::find(out.begin(), out.end(), all) == out.end()) {
    out.push_back(all);
    sort_by_depth(out);
  }
  return out;
}

std::vector<std::string> inventory::group_names(host_id h) const {
  std::vector<std::string> out;
  for (auto g : reached_groups(h))
    if (g != all) out.push_back(groups_[g].name);
  std::sort(out.begin(), out.end());
  return out;
}

inventory inventory::renewed() const {
  inventory out(rules_);
  out.sources = sources;
  out.directories = directories;
  out.said_ = said_;
  for (const auto& h : hosts_) {
    auto id = static_cast<host_id>(out.hosts_.size());
    auto& copy = out.hosts_.emplace_back();
    copy.name = h.name;
    copy.vars = h.vars;
    copy.implicit = h.implicit;
    copy.gone = !h.implicit; // nobody lists those
    out.former_.emplace(h.name, id);
  }
  return out;
}

} // namespace mito::playbook

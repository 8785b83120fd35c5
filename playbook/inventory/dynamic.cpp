#include "playbook/inventory/dynamic.hpp"

#include <algorithm>

#include "core/python.hpp"
#include "playbook/merge.hpp"

namespace mito::playbook {

namespace {

template <class T>
bool holds(const std::vector<T>& list, T item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

/// The group of that name, made when there is none; `changed` tells.
group_id known_group(inventory& into, const core::value& name, bool& changed) {
  auto before = into.groups().size();
  auto id = into.add_group(core::to_str(name));
  changed = changed || into.groups().size() > before;
  return id;
}

core::expected<bool> add_host(inventory& into, const core::value& said) {
  bool changed = false;
  auto name = core::to_str(said["host_name"]);
  auto h = into.find_host(name);
  if (h == no_id) {
    h = into.add_host(name);
    into.add_to_group(h, inventory::all); // before those that sources put into groups below it
    changed = true;
  }
  const auto& vars = into.at(h).vars;
  auto combined = vars;
  combine(combined, said["host_vars"].as_dict(), into.rules().merge_hashes);
  if (!(core::value(core::dict(vars)) == core::value(core::dict(combined)))) {
    into.at(h).vars = std::move(combined);
    changed = true;
  }
  for (const auto& g : said["groups"].as_list()) {
    auto id = known_group(into, g, changed);
    changed = changed || !holds(into.group_at(id).hosts, h);
    into.add_to_group(h, id);
  }
  return changed;
}

core::expected<bool> add_group(inventory& into, const core::value& said, host_id from) {
  if (into.at(from).gone) return false; // a refresh did not find it again
  bool changed = false, ignored = false;
  auto id = known_group(into, said["add_group"], ignored);
  for (const auto& p : said["parent_groups"].as_list()) {
    auto parent = known_group(into, p, changed);
    if (holds(into.group_at(parent).children, id)) continue;
    if (auto ok = into.add_child(parent, id); !ok) return ok.error();
    changed = true;
  }
  if (holds(into.members(id), from)) return changed;
  into.add_to_group(from, id);
  return true;
}

} // namespace

core::expected<bool> apply_dynamic(inventory& into, const core::value& result, host_id from) {
  auto changed = result["add_host"].is_dict() ? add_host(into, result["add_host"]) : add_group(into, result, from);
  if (!changed || !*changed) return changed;
  if (auto ok = into.reconcile(); !ok) return ok.error();
  return changed;
}

} // namespace mito::playbook

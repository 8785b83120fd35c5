#include "playbook/variables/group_levels.hpp"

#include "playbook/merge.hpp"

namespace mito::playbook {

namespace {

using folders = std::vector<std::string>;

/// What one level adds: the groups' own variables, or files of group_vars folders; of `all`, or of the others.
struct level {
  std::string_view name;
  folders variable_store::impl::*from; ///< null: the inventory itself
  bool all;
};

constexpr level levels[] = {
    {"all_inventory", nullptr, true},
    {"groups_inventory", nullptr, false},
    {"all_plugins_inventory", &variable_store::impl::group_folders, true},
    {"all_plugins_play", &variable_store::impl::play_group_folders, true},
    {"groups_plugins_inventory", &variable_store::impl::group_folders, false},
    {"groups_plugins_play", &variable_store::impl::play_group_folders, false},
};

const level* find_level(std::string_view name) {
  for (const auto& l : levels)
    if (l.name == name) return &l;
  return nullptr;
}

core::expected<void> add_level(variable_store::impl& state, const level& l, const std::vector<group_id>& chain, core::dict& into) {
  auto belongs = [&](group_id g) { return (g == inventory::all) == l.all; };
  if (!l.from) {
    for (auto g : chain)
      if (belongs(g)) combine(into, state.hosts.group_at(g).vars, state.settings.merge_hashes);
    return {};
  }
  // By folder first, then by group: a file beside the second source wins over one beside the first.
  for (const auto& folder : state.*l.from)
    for (auto g : chain)
      if (belongs(g))
        if (auto ok = state.files.merge(into, state.files.find(folder, state.hosts.group_at(g).name)); !ok) return ok;
  return {};
}

} // namespace

bool is_group_level(std::string_view name) { return find_level(name) != nullptr; }

core::expected<core::dict> merge_group_levels(variable_store::impl& state, const std::vector<group_id>& chain) {
  core::dict out;
  for (const auto& name : state.settings.precedence) {
    const auto* l = find_level(name);
    if (!l) continue; // told about when the settings are read
    if (l->from && !state.settings.vars_at_task) continue;
    if (auto ok = add_level(state, *l, chain, out); !ok) return ok.error();
  }
  return out;
}

} // namespace mito::playbook

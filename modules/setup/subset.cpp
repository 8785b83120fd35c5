#include "modules/setup/subset.hpp"

#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// One name that gather_subset knows, and what has been said about it.
struct subset_name {
  std::string_view name;
  std::size_t owner = 0; ///< place in collectors()
  bool primary = false, added = false, excluded = false, explicitly = false;
};

struct subset_names {
  subset_name at[96];
  std::size_t size = 0;

  subset_names() {
    const auto all = collectors();
    for (std::size_t i = 0; i < all.size(); ++i) {
      at[size++] = {all[i].name, i, true};
      for (const auto alias : words(all[i].aliases)) at[size++] = {alias, i};
    }
  }
};

std::string_view bad_subset(context& c, std::string_view name, const subset_names& names) {
  const auto sorted = c.memory.array(names.size);
  for (std::size_t i = 0; i < names.size; ++i) sorted[i] = names.at[i].name;
  sort(sorted);
  auto out = c.join({"Bad subset '", name, "' given to Ansible. gather_subset options allowed: all"});
  for (const auto n : sorted) out = c.join({out, ", ", n});
  return out;
}

/// False when the name is unknown.
bool apply(std::string_view subset, subset_names& names) {
  const auto all = collectors();
  const bool exclude = starts(subset, "!");
  if (exclude) subset.remove_prefix(1);
  const bool everything = subset == "all", least = subset == "min";
  bool known = exclude || everything || least;
  for (std::size_t i = 0; i < names.size; ++i) {
    auto& n = names.at[i];
    // `!all` spares the minimum, `all` has it.
    const bool minimal = n.primary && all[n.owner].minimal;
    const bool grouped = everything ? !exclude || !minimal : least && minimal;
    const bool named = n.name == subset;
    known |= named;
    if (exclude) {
      n.excluded |= grouped || named || all[n.owner].name == subset;
    } else {
      n.added |= grouped || named;
      n.explicitly |= named;
    }
  }
  return known;
}

} // namespace

selection select_collectors(context& c, const core::list& gather_subset) {
  const auto all = collectors();
  selection out;
  subset_names names;
  apply("min", names);
  for (const auto& subset : gather_subset)
    if (!apply(subset.as_string(), names)) {
      out.error = bad_subset(c, subset.as_string(), names);
      return out;
    }
  for (std::size_t i = 0; i < names.size; ++i)
    if (const auto& n = names.at[i]; n.explicitly || (n.added && !n.excluded))
      out.wanted |= std::uint64_t{1} << n.owner;
  // Needs come before those who need them, so one pass from the end adds them all.
  for (std::size_t i = all.size(); i-- > 0;) {
    if ((out.wanted >> i & 1) == 0) continue;
    for (const auto need : words(all[i].needs))
      for (std::size_t k = 0; k < i; ++k)
        if (all[k].name == need) out.wanted |= std::uint64_t{1} << k;
  }
  return out;
}

} // namespace mito::modules::setup

#include "modules/setup/subset.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// One name that gather_subset knows, and what has been said about it.
struct subset_name {
  std::string_view name;
  std::size_t owner; ///< place in collectors()
  bool primary;
  bool added = false, excluded = false, explicitly = false;
};

std::vector<subset_name> known_names() {
  std::vector<subset_name> out;
  const auto all = collectors();
  for (std::size_t i = 0; i < all.size(); ++i) {
    out.push_back({all[i].name, i, true});
    for (const auto alias : words(all[i].aliases)) out.push_back({alias, i, false});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return out;
}

std::string bad_subset(std::string_view name, const std::vector<subset_name>& names) {
  std::string out = joined("Bad subset '", name, "' given to Ansible. gather_subset options allowed: all");
  for (const auto& n : names) out.append(", ").append(n.name);
  return out;
}

/// False when the name is unknown.
bool apply(std::string_view subset, std::vector<subset_name>& names) {
  const auto all = collectors();
  const bool exclude = subset.starts_with('!');
  if (exclude) subset.remove_prefix(1);
  const bool everything = subset == "all", least = subset == "min";
  bool known = exclude || everything || least;
  for (auto& n : names) {
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

selection select_collectors(const core::list& gather_subset) {
  const auto all = collectors();
  selection out;
  out.wanted.resize(all.size());
  auto names = known_names();
  apply("min", names);
  for (const auto& subset : gather_subset)
    if (!apply(subset.as_string(), names)) {
      out.error = bad_subset(subset.as_string(), names);
      return out;
    }
  for (const auto& n : names)
    if (n.explicitly || (n.added && !n.excluded)) out.wanted[n.owner] = true;
  // Needs come before those who need them, so one pass from the end adds them all.
  for (std::size_t i = all.size(); i-- > 0;) {
    if (!out.wanted[i]) continue;
    for (const auto need : words(all[i].needs))
      for (std::size_t k = 0; k < i; ++k)
        if (all[k].name == need) out.wanted[k] = true;
  }
  return out;
}

} // namespace mito::modules::setup

#pragma once
/// Which collectors a gather_subset stands for.
#include <string>
#include <vector>

#include "core/value.hpp"

namespace mito::modules::setup {

struct selection {
  std::vector<bool> wanted; ///< by place in collectors(), what they need included
  std::string error;        ///< Ansible's text when a name is unknown; empty otherwise
};

/// Ansible's rules: `min` comes first; additions, then exclusions (`!x` takes x and what x stands for away),
/// then what was named explicitly wins; needs of the chosen ones are added at the end.
selection select_collectors(const core::list& gather_subset);

} // namespace mito::modules::setup

#pragma once
/// Which collectors a gather_subset stands for.
#include <cstdint>
#include <string_view>

#include "core/value.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

struct selection {
  std::uint64_t wanted = 0; ///< a bit for each place in collectors(), what they need included
  std::string_view error;   ///< Ansible's text when a name is unknown; empty otherwise
};

/// Ansible's rules: `min` comes first; additions, then exclusions (`!x` takes x and what x stands for away),
/// then what was named explicitly wins; needs of the chosen ones are added at the end.
selection select_collectors(context& c, const core::list& gather_subset);

} // namespace mito::modules::setup

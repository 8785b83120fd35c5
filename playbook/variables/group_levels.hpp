#pragma once
/// The levels of group variables and their order. Internal to playbook/variables.
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "playbook/variables/state.hpp"

namespace mito::playbook {

/// Merges the variables of the groups in `chain` (`all` first) in the order of `precedence` [VARIABLE_PRECEDENCE].
core::expected<core::dict> merge_group_levels(variable_store::impl& state, const std::vector<group_id>& chain);

} // namespace mito::playbook

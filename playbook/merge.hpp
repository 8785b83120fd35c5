#pragma once
/// Combining variables as hash_behaviour says.
#include "core/value.hpp"

namespace mito::playbook {

/// Sets every entry of `more` in `into`. With `deep` (hash_behaviour = merge) two mappings of one name become one,
/// recursively, the later winning; lists are always replaced.
void combine(core::dict& into, const core::dict& more, bool deep);
/// One variable: `below` with `above` over it. What is no pair of mappings is `above` alone.
core::value merged(const core::value& below, const core::value& above);

} // namespace mito::playbook

#pragma once
/// Ansible's Conditional: what `when:` and its kin mean.
#include "templating/environment.hpp"

namespace mito::templating {

/// Bool as it is; null and "" are true; a string is an expression (its own templates are evaluated first).
core::expected<bool> evaluate_condition(session& s, const core::value& cond);

} // namespace mito::templating

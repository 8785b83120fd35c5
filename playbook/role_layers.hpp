#pragma once
/// What a role adds to a task's variables.
#include "core/value.hpp"

namespace mito::playbook {

/// Dicts. `defaults` stand under all inventory variables, `vars` over those of the play, `params` over facts and registered
/// results; `magic` are role_name and its like.
struct role_layers {
  core::value defaults, vars, params, magic;
};

} // namespace mito::playbook

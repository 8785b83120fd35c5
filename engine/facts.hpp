#pragma once
/// What facts may become variables. They come from targets, which are not trusted.
#include <string_view>

#include "core/value.hpp"

namespace mito::engine {

/// True for a fact's name that must not become a variable: what sets connection, become, interpreters or our
/// own bookkeeping (Ansible's clean_facts, and the become methods' own variables). SSH host keys stay.
bool is_restricted_fact(std::string_view name);
/// The facts that are injected as top-level variables.
core::dict injectable_facts(const core::dict& facts);
/// The value of `ansible_facts`: names without their ansible_ prefix (but ansible_local).
core::dict namespaced_facts(const core::dict& facts);

} // namespace mito::engine

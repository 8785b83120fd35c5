#pragma once
/// Marks that Ansible's JSON carries.
#include <string>

#include "core/value.hpp"

namespace mito::playbook {

/// `v` with each {"__ansible_unsafe": text} as a text that is never a template, and each {"__ansible_vault": text} as a
/// vault text whose place is `name`; what has neither comes back as it is. Sharing is kept.
core::value revive_json(const core::value& v, const std::string& name);

} // namespace mito::playbook

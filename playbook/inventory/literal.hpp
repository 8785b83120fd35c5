#pragma once
/// Values of INI inventories.
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// A Python literal (ast.literal_eval), else the text; strings are trust::source. Literals that Python refuses to build
/// are errors, as in Ansible.
core::expected<core::value> ini_value(std::string_view text);

} // namespace mito::playbook

#pragma once
/// Python literals as INI inventories have them (ast.literal_eval).
#include <optional>
#include <string_view>

#include "core/value.hpp"

namespace mito::playbook {

/// The literal's value with strings marked source, or nullopt when `text` is none: then the text itself is
/// the value. Sets and complex numbers count as none.
std::optional<core::value> python_literal(std::string_view text);

/// INI values: a literal, else the text.
core::value ini_value(std::string_view text);

} // namespace mito::playbook

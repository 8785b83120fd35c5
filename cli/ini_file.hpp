#pragma once
/// ansible.cfg as Python's configparser reads it (`;` starts a comment inside a line, values may go on in indented
/// lines, keys are case-insensitive).
#include <map>
#include <string>
#include <string_view>

#include "core/expected.hpp"

namespace mito::cli {

/// "section.key" → value; the section DEFAULT counts for all others. Errors are configparser's, in one message.
using ini_values = std::map<std::string, std::string, std::less<>>;
core::expected<ini_values> read_ini(std::string_view text);

} // namespace mito::cli

#pragma once
/// Names of groups, and what counts as a letter in them.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::playbook {

/// force_valid_group_names: what happens to names that are no identifiers.
enum class group_names : std::uint8_t { never, always, ignore, silently };

/// Python's \w: letters and digits of any script, and `_`.
bool is_word(std::uint32_t code_point);
/// True when a group of this name could be a variable: word characters, no digit first.
bool is_safe_group_name(std::string_view name);
/// Every other character replaced by `_`.
std::string safe_group_name(std::string_view name);
/// Without white space of any script at both ends (Python's str.strip).
std::string_view strip(std::string_view s);

} // namespace mito::playbook

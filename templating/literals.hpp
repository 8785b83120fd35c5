#pragma once
/// Python literals: escapes of strings, and ast.literal_eval() of a whole text.
#include <optional>
#include <string>
#include <string_view>

#include "core/value.hpp"

namespace mito::templating {

/// Appends what `raw` (between the quotes) means by Python's "unicode-escape"; the answer is empty, or why
/// not.
std::string_view unescape(std::string_view raw, std::string& out);

/// What Python's ast.literal_eval() gives for `text`: numbers, strings, tuples, lists, dicts, sets, True,
/// False, None, signs, and nothing else. nullopt when the text is anything else. `json_names`: `true`,
/// `false` and `null` as well (Ansible's default mode). Strings are marked `trust`.
/// `unhashable` (may be null) tells where Python raises a TypeError instead of a ValueError: `{{1}}`, `{[]: 2}`.
std::optional<core::value> literal_eval(std::string_view text, bool json_names, core::trust trust,
                                        bool* unhashable = nullptr);

} // namespace mito::templating

#pragma once
/// Text in columns: how wide it is, and lines folded as Python's textwrap folds them.
#include <string>
#include <string_view>
#include <vector>

namespace mito::report {

/// Columns that one code point takes: 0, 1 or 2; -1 for what cannot be printed (the C library's wcwidth).
int point_width(std::uint32_t c);
/// Columns that a terminal needs for `text`; counts what Ansible's banner counts where there are control characters.
unsigned text_width(std::string_view text);
/// Python's textwrap.wrap(), its lines joined with newlines. `drop_whitespace` as there.
std::string wrap_text(std::string_view text, unsigned columns, bool drop_whitespace = true);

} // namespace mito::report

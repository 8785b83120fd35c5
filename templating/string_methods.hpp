#pragma once
/// Python's str methods, and the helpers that filters share with them.
#include "templating/functions.hpp"

namespace mito::templating {

const function_def* find_string_method(std::string_view name);

/// str.strip(): `chars` empty stands for white space; `sides` 1 left, 2 right, 3 both.
std::string_view stripped(std::string_view s, std::optional<std::string_view> chars, int sides = 3);
std::string replaced(std::string_view s, std::string_view from, std::string_view to, std::int64_t count = -1);
/// str.split(): no separator splits at runs of white space.
std::vector<std::string_view> split_text(std::string_view s, std::optional<std::string_view> separator,
                                         std::int64_t most = -1);
std::vector<std::string_view> rsplit_text(std::string_view s, std::optional<std::string_view> separator,
                                          std::int64_t most = -1);
std::vector<std::string_view> split_lines(std::string_view s, bool keep_ends = false);
/// Pads to `width` code points; `where` '<', '>' or '^' (extra on the right as str.center()).
std::string padded(std::string_view s, std::int64_t width, std::string_view fill, char where);

} // namespace mito::templating

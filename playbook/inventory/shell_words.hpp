#pragma once
/// Splitting as a shell does (Python's shlex.split).
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"

namespace mito::playbook {

/// Words with quotes and backslashes resolved; `#` starts a comment (shlex.split(comments=True)) when
/// `comments`.
core::expected<std::vector<std::string>> shell_words(std::string_view text, bool comments = true);

} // namespace mito::playbook

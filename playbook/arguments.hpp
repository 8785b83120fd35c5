#pragma once
/// `key=value` argument strings, as Ansible splits them.
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// Words at white space outside quotes and Jinja blocks; quotes stay, and so do further blanks and line
/// breaks, so that joined words read as the text did.
core::expected<std::vector<std::string>> split_arguments(std::string_view text);

/// A dict of strings; what is no `key=value` ends in `_raw_params`. With `raw` only the options of command
/// and shell (creates, removes, chdir, executable, warn, stdin, stdin_add_newline, strip_empty_ends) count as
/// keys.
core::expected<core::dict> parse_arguments(std::string_view text, bool raw);

/// Whether `text` has template marks ({{, {%, {#).
bool has_template(std::string_view text);

} // namespace mito::playbook

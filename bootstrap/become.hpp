#pragma once
/// The command lines of become methods.
#include <string>
#include <string_view>
#include <vector>

#include "bootstrap/agent_link.hpp"

namespace mito::bootstrap {

/// "sudo" or "su".
std::string_view method_name(become_method m);

/// One command line for any shell: starts the image that stands at descriptor 1, or says "MITO0 lost".
constexpr std::string_view start_passed_image =
    R"(test -f /proc/self/fd/1&&exec /proc/self/fd/1||sh -c 'echo MITO""0 lost >&2')";

/// Runs `command` (one shell command line) as the other user. The password is asked for on the terminal, with `prompt` where
/// the method can be told one: flags that would read it from stdin or never ask are left out where they do not fit.
std::vector<std::string> become_argv(const become_request& what, std::string_view prompt,
                                     const std::string& command);

} // namespace mito::bootstrap

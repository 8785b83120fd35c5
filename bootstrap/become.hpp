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

/// Likewise: makes a terminal at its stdin pass all bytes, says "MITO0 go", and does what the first line of its stdin that is
/// not empty says. Without a dollar sign: `sudo -i` and `-s` have theirs expanded by the shell in between. The line's
/// first word is `unset m;`.
constexpr std::string_view start_from_pipe =
    R"(exec sh -c '[ -t 0 ]&&stty raw -echo;echo MITO""0 go;)"
    R"(while read -r m&&export m&&printenv m|grep -qx "";do :;done;eval "`printenv m`"')";

/// Runs `command` (one shell command line) as the other user. The password is asked for on the terminal, with `prompt` where
/// the method can be told one: flags that would read it from stdin or never ask are left out where they do not fit.
std::vector<std::string> become_argv(const become_request& what, std::string_view prompt,
                                     const std::string& command);

} // namespace mito::bootstrap

#pragma once
/// Stage-0: one line for any login shell that reads the agent's image from its stdin and becomes it.
#include <string>
#include <string_view>

#include "bootstrap/images.hpp"

namespace mito::bootstrap {

/// The line for `i`. It reads exactly the packed image and leaves what follows to the agent. Survives sh, bash, zsh, fish,
/// tcsh and busybox ash. `pythons`: interpreters to try first, separated by blanks; names with unusual characters are left out.
///
/// Tried in turn: Python (memfd, else a file), Perl (memfd), sh alone (a file in the first directory that allows it; the
/// agent unlinks it before anything else).
/// Instead of the agent's magic it may say one of protocol/stage0_words.hpp.
std::string stage0_line(const image& i, std::string_view pythons);

} // namespace mito::bootstrap

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
std::string stage0_line(const image& i, std::string_view pythons);

/// What stage-0 prints instead of the agent's hello, at the start of a line: this word, then "arch <system> <machine>",
/// or "noexec".
constexpr std::string_view stage0_word = "MITO0 ";

} // namespace mito::bootstrap

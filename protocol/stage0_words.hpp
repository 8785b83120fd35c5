#pragma once
/// What stage-0 says instead of the agent's magic, at the start of a line. The programs that say so spell them in another
/// way, so that a shell's or sudo's message which quotes the program is not taken for them.
#include <string_view>

namespace mito::protocol {

/// Each begins with this.
constexpr std::string_view stage0_word = "MITO0 ";
/// "MITO0 arch <system> <machine>": the image is for another platform.
constexpr std::string_view stage0_arch = "MITO0 arch ";
/// No directory lets the image be executed.
constexpr std::string_view stage0_noexec = "MITO0 noexec";
/// Behind a become program: what was passed as descriptor 1 is no image.
constexpr std::string_view stage0_lost = "MITO0 lost";
/// Behind a become program: the payload may come.
constexpr std::string_view stage0_go = "MITO0 go";

} // namespace mito::protocol

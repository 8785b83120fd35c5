#pragma once
/// Passwords from the terminal or a file. They stay in memory: never in arguments, the environment or a log.
#include <optional>
#include <string>

#include "core/expected.hpp"

namespace mito::cli {

/// Asks on the controlling terminal; nullopt when there is none.
std::optional<std::string> ask_on_terminal(const std::string& question, bool echo);
/// The file's text without its last newline; an executable file is run and its output taken.
core::expected<std::string> read_secret_file(const std::string& path);

} // namespace mito::cli

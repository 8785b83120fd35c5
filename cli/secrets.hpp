#pragma once
/// Passwords from the terminal or a file. They stay in memory: never in arguments, the environment or a log.
#include <optional>
#include <string>

#include "core/expected.hpp"
#include "playbook/vault/secret.hpp"

namespace mito::cli {

/// Asks on the controlling terminal while a run goes on; nullopt when there is none.
std::optional<std::string> ask_on_terminal(const std::string& question, bool echo);
/// Asks without echo before a run; without a terminal the line is read from stdin, as Python's getpass does. nullopt: the input
/// has ended. Ctrl-C ends the program with Ansible's exit code.
std::optional<playbook::wiped_string> ask_secret(const std::string& question);
/// A line from stdin after a question on stdout; nullopt: the input has ended.
std::optional<std::string> ask_line(const std::string& question);
/// What a password file holds; an executable file is run and its output taken, "-" is stdin. Errors in Ansible's words.
core::expected<std::string> read_secret_file(const std::string& path);

} // namespace mito::cli

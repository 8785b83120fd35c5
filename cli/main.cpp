#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "cli/commands.hpp"
#include "cli/option_table.hpp"
#include "cli/signals.hpp"

namespace {

constexpr const char* version = "mito-actor 0.1.0\n";

int usage(std::FILE* to, int code) {
  std::string text = "mito-actor runs Ansible playbooks over SSH, many hosts at once, with nothing installed on them.\n\n"
                     "usage: mito-actor COMMAND [options] …\n\ncommands:\n";
  for (auto* c : mito::cli::all_commands())
    text += "  " + std::string(c->name) + std::string(12 - c->name.size(), ' ') + std::string(c->summary) + "\n";
  text += "  help        this text, or `help COMMAND`\n  completion  bash completion; `eval \"$(mito-actor completion)\"`\n"
          "  man         the man page of a command, `mito-actor man run | man -l -`\n  version     print the version\n\n"
          "examples:\n  mito-actor run site.yml -i hosts.ini\n  mito-actor run --help\n";
  std::fputs(text.c_str(), to);
  return code;
}

/// The command that a program name such as `ansible-playbook` stands for; null for our own name.
const mito::cli::command* command_of_program(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  for (auto* c : mito::cli::all_commands())
    if (c->stands_for == name) return c;
  return nullptr;
}

/// Parses and runs; `shown` is how the command is called, for messages.
int start(const mito::cli::command& c, const std::vector<std::string>& arguments, const std::string& shown) {
  auto given = mito::cli::parse(c, arguments);
  if (given.help) return std::fputs(mito::cli::help_text(c).c_str(), stdout), 0;
  if (given.error.empty()) return c.run(given.values);
  std::fprintf(stderr, "%s: %s\n`%s --help` lists the options\n", shown.c_str(), given.error.c_str(), shown.c_str());
  return 2;
}

const mito::cli::command* find_command(const std::string& name) {
  for (auto* c : mito::cli::all_commands())
    if (c->name == name) return c;
  return nullptr;
}

} // namespace

int main(int argc, char** argv) {
  mito::cli::handle_signals();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (auto* c = command_of_program(argv[0])) {
    if (arguments.size() == 1 && arguments[0] == "--version") return std::fputs(version, stdout), 0;
    return start(*c, arguments, std::string(c->stands_for));
  }
  if (arguments.empty()) return usage(stderr, 2);
  std::string name = arguments[0];
  arguments.erase(arguments.begin());
  if (name == "version" || name == "--version") return std::fputs(version, stdout), 0;
  if (name == "completion") return std::fputs(mito::cli::bash_completion(mito::cli::all_commands()).c_str(), stdout), 0;
  if (name == "help" || name == "-h" || name == "--help") {
    auto* c = arguments.empty() ? nullptr : find_command(arguments[0]);
    if (!c) return usage(stdout, 0);
    return std::fputs(mito::cli::help_text(*c).c_str(), stdout), 0;
  }
  if (name == "man") {
    auto* c = find_command(arguments.empty() ? "run" : arguments[0]);
    if (c) return std::fputs(mito::cli::man_page(*c).c_str(), stdout), 0;
    std::fprintf(stderr, "mito-actor: no command '%s'\n", arguments[0].c_str());
    return 2;
  }
  auto* c = find_command(name);
  if (!c) {
    std::fprintf(stderr, "mito-actor: no command '%s'; `mito-actor help` lists them\n", name.c_str());
    return 2;
  }
  return start(*c, arguments, "mito-actor " + name);
}

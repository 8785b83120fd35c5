#pragma once
/// One table of options: the parser, --help, the man page and the shell completion all come from it.
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mito::cli {

struct option {
  std::string_view names;  ///< "-i,--inventory"
  std::string_view value;  ///< placeholder of its value; empty: a flag
  std::string_view help;
  std::string_view group;
  bool repeat = false;     ///< may be given more than once
  /// Ansible has it, we do not yet: giving it is an error that says so.
  bool refused = false;
  /// Options with the same word here exclude each other.
  std::string_view exclusive = {};
};

class parsed;

struct command {
  std::string_view name;
  std::string_view summary;
  std::string_view arguments;   ///< "PLAYBOOK…"
  std::string_view description;
  std::string_view examples;
  std::span<const option> options;
  /// Gives the exit code.
  int (*run)(const parsed& given) = nullptr;
  /// Ansible's program with these options: called by that name (a link), we are this command.
  std::string_view stands_for = {};
  /// What a group of commands consists of ("vault encrypt", …): the word after the group's name chooses one. `run` and
  /// `options` of the group itself are not used.
  std::span<const command* const> actions = {};
  /// The word that chooses this action in its group.
  std::string_view action() const { return name.substr(name.rfind(' ') + 1); }
};

/// What was given on a command line.
class parsed {
public:
  std::vector<std::string> positional;
  bool has(std::string_view name) const { return given_.count(std::string(name)) > 0; }
  /// Times a flag was given.
  int count(std::string_view name) const;
  std::vector<std::string> all(std::string_view name) const;
  /// The last value, or `fallback`.
  std::string last(std::string_view name, std::string fallback = {}) const;
  void add(std::string name, std::string value) { given_[std::move(name)].push_back(std::move(value)); }

private:
  std::map<std::string, std::vector<std::string>> given_; ///< by long name without dashes
};

struct parse_outcome {
  parsed values;
  bool help = false;
  std::string error; ///< empty: fine
};

/// argv without program and command name.
parse_outcome parse(const command& c, const std::vector<std::string>& arguments);

std::string help_text(const command& c);
std::string man_page(const command& c);
std::string bash_completion(std::span<const command* const> commands);

/// The action of this name; the group itself when there is none.
const command& action_of(const command& group, std::string_view name);

std::span<const command* const> all_commands();

} // namespace mito::cli

#pragma once
/// OpenSSH's client configuration (ssh_config(5)): which value each option has for one host.
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/expected.hpp"

namespace mito::transport {

/// One line of a file, split as OpenSSH does.
struct config_line {
  std::uint32_t number = 0;
  std::string keyword;           ///< lower case
  std::string rest;              ///< everything behind the keyword (ProxyCommand takes it whole)
  std::vector<std::string> args; ///< unquoted words
};

struct config_file {
  std::string path;
  std::vector<config_line> lines;
  std::string error; ///< "file line 3: …": the first line that cannot be split
};

/// Splits `text`. Comments and empty lines are gone; quotes must be closed.
config_file parse_config(std::string_view text, const std::string& path);
/// Words of an option's argument: white space separates, "…" and '…' group, `#` starts a comment.
core::expected<std::vector<std::string>> split_arguments(std::string_view text);

/// Files are read once per process. Thread-safe; reads files: not on an I/O thread.
class config_store {
public:
  /// nullptr when it cannot be read (errno says why).
  std::shared_ptr<const config_file> file(const std::string& path);

private:
  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const config_file>> files_;
};

/// Who runs us, for tokens and Match.
struct local_account {
  std::string name, home, host_name;
  unsigned uid = 0;
};
local_account own_account();

/// What is asked of the configuration.
struct config_query {
  std::string host; ///< as given on the command line
  local_account account;
  /// From the command line: these win (keyword in lower case, value).
  std::vector<std::pair<std::string, std::string>> overrides;
  std::string user_file;   ///< empty: none; else read first
  std::string system_file; ///< empty: none
  bool user_file_must_exist = false;
  /// Runs a `Match exec` command with the shell; true when it exits 0. Blocks.
  std::function<bool(const std::string& command)> run;
};

/// Values as written, tokens not expanded; the first one for each keyword.
struct config_answer {
  std::map<std::string, std::vector<std::string>> values; ///< by keyword in lower case: its words
  std::map<std::string, std::string> whole;               ///< the whole argument, for commands
  std::vector<std::vector<std::string>> identity_files, certificate_files;
  std::vector<std::string> send_env; ///< patterns of names, of all lines
  std::vector<std::string> read; ///< the files that were read
  /// The first option that only the ssh program can do, as "ForwardAgent yes (file line 3)"; empty: none.
  std::string needs_program;

  const std::string* find(const std::string& keyword) const;
};

/// Evaluates files and overrides for one host. The error is OpenSSH's, with file and line.
core::expected<config_answer> evaluate_config(const config_query& query, config_store& store);

/// What we do about an option.
enum class option_kind : std::uint8_t {
  honoured,          ///< `settings` has it
  harmless,          ///< without meaning for a command over a pipe, or of no effect on what is reached
  program_unless_no, ///< the ssh program must do it, unless its value switches it off
  program,           ///< the ssh program must do it
};
struct option_row {
  std::string_view name; ///< as in ssh_config(5)
  option_kind kind;
};
/// The row of an option (any case); nullptr: OpenSSH does not know it either.
const option_row* find_option(std::string_view name);

/// Expands %-tokens; `table` gives each letter's text. An unknown token is an error.
core::expected<std::string> expand_tokens(std::string_view text, const std::map<char, std::string>& table);
/// Leading ~ and ~user, and ${VARIABLE}.
core::expected<std::string> expand_path(std::string_view text, const local_account& account);

} // namespace mito::transport

#include "transport/ssh_arguments.hpp"

#include <string_view>

#include "core/text.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {
namespace {

enum class action : std::uint8_t { option, fixed, ignore, program, config, keyword, senseless };

struct letter_row {
  char letter;
  bool takes_value;
  action what;
  std::string_view keyword; ///< of the option that it stands for
  std::string_view value;   ///< for action::fixed
};

/// ssh(1), SYNOPSIS.
constexpr letter_row letters[] = {
    {'4', false, action::fixed, "addressfamily", "inet"},
    {'6', false, action::fixed, "addressfamily", "inet6"},
    {'A', false, action::fixed, "forwardagent", "yes"},
    {'a', false, action::fixed, "forwardagent", "no"},
    {'C', false, action::fixed, "compression", "yes"},
    {'X', false, action::fixed, "forwardx11", "yes"},
    {'Y', false, action::fixed, "forwardx11", "yes"},
    {'x', false, action::fixed, "forwardx11", "no"},
    {'K', false, action::program, "", ""},
    {'k', false, action::ignore, "", ""},
    {'M', false, action::ignore, "", ""}, // connection sharing: not needed
    {'S', true, action::ignore, "", ""},
    {'T', false, action::ignore, "", ""}, // a terminal is never asked for
    {'t', false, action::ignore, "", ""},
    {'q', false, action::ignore, "", ""},
    {'v', false, action::ignore, "", ""},
    {'y', false, action::ignore, "", ""},
    {'g', false, action::ignore, "", ""},
    {'e', true, action::ignore, "", ""},
    {'E', true, action::ignore, "", ""},
    {'B', true, action::program, "", ""},
    {'I', true, action::program, "", ""},
    {'D', true, action::program, "", ""},
    {'L', true, action::program, "", ""},
    {'R', true, action::program, "", ""},
    {'w', true, action::program, "", ""},
    {'b', true, action::option, "bindaddress", ""},
    {'c', true, action::option, "ciphers", ""},
    {'i', true, action::option, "identityfile", ""},
    {'J', true, action::option, "proxyjump", ""},
    {'l', true, action::option, "user", ""},
    {'m', true, action::option, "macs", ""},
    {'p', true, action::option, "port", ""},
    {'F', true, action::config, "", ""},
    {'o', true, action::keyword, "", ""},
    {'f', false, action::senseless, "", ""},
    {'G', false, action::senseless, "", ""},
    {'N', false, action::senseless, "", ""},
    {'n', false, action::senseless, "", ""},
    {'s', false, action::senseless, "", ""},
    {'V', false, action::senseless, "", ""},
    {'O', true, action::senseless, "", ""},
    {'Q', true, action::senseless, "", ""},
    {'W', true, action::senseless, "", ""},
    {'P', true, action::ignore, "", ""},
    {'1', false, action::ignore, "", ""},
    {'2', false, action::ignore, "", ""},
};

const letter_row* find_letter(char c) {
  for (const auto& row : letters)
    if (row.letter == c) return &row;
  return nullptr;
}

/// "Name=value", "Name value".
core::expected<std::pair<std::string, std::string>> split_option(std::string_view text) {
  const auto file = parse_config(text, "command-line");
  if (file.lines.size() != 1) return core::error("-o " + std::string(text) + ": not an option");
  if (file.lines[0].rest.empty())
    return core::error("-o " + std::string(text) + ": no argument after keyword");
  if (find_option(file.lines[0].keyword) == nullptr)
    return core::error("command-line: line 0: Bad configuration option: " + file.lines[0].keyword);
  return std::pair{file.lines[0].keyword, file.lines[0].rest};
}

core::expected<void> apply(const letter_row& row, const std::string& value, ssh_arguments& out) {
  const std::string shown = std::string("-") + row.letter + (value.empty() ? "" : " " + value);
  switch (row.what) {
  case action::ignore:
    break;
  case action::fixed:
    out.options.emplace_back(row.keyword, row.value);
    break;
  case action::option:
    // Quoted: a file name may hold blanks, which would separate words in a configuration line.
    out.options.emplace_back(row.keyword,
                             value.find_first_of(" \t#") == value.npos ? value : '"' + value + '"');
    break;
  case action::program:
    if (out.needs_program.empty()) out.needs_program = shown;
    break;
  case action::config:
    if (out.config_file) return core::error("-F is given twice");
    out.config_file = value;
    break;
  case action::keyword: {
    auto option = split_option(value);
    if (!option) return option.error();
    out.options.push_back(std::move(*option));
    break;
  }
  case action::senseless:
    return core::error("the ssh argument " + shown + " makes no sense for a connection that runs a command");
  }
  return {};
}

} // namespace

core::expected<ssh_arguments> parse_ssh_arguments(const std::vector<std::string>& arguments) {
  ssh_arguments out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& word = arguments[i];
    if (word.empty()) continue;
    if (word[0] != '-' || word == "--" || word == "-")
      return core::error("unexpected ssh argument '" + word +
                         "': only options may stand in the ssh arguments");
    for (std::size_t at = 1; at < word.size(); ++at) {
      const auto* row = find_letter(word[at]);
      if (row == nullptr) return core::error("unknown ssh option -- " + std::string(1, word[at]));
      std::string value;
      if (row->takes_value) {
        if (at + 1 < word.size()) {
          value = word.substr(at + 1);
        } else if (++i < arguments.size()) {
          value = arguments[i];
        } else {
          return core::error("ssh option requires an argument -- " + std::string(1, word[at]));
        }
        at = word.size();
      }
      if (auto done = apply(*row, value, out); !done) return done.error();
    }
  }
  return out;
}

} // namespace mito::transport

// `mito-actor vault encrypt_string`: strings as `!vault` values.
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.hpp"
#include "cli/secrets.hpp"
#include "cli/vault_files.hpp"
#include "cli/vault_session.hpp"
#include "core/text.hpp"

namespace mito::cli {

namespace {

struct plain_string {
  playbook::wiped_string text;
  std::string_view source;
  std::string name; ///< empty: none
};

/// A ciphertext as a block that can be pasted into YAML.
std::string as_yaml(std::string_view ciphertext, const std::string& name) {
  std::string out = (name.empty() ? "" : name + ": ") + "!vault |";
  for (auto line : core::split(ciphertext, '\n'))
    if (!line.empty()) out += "\n          " + std::string(line);
  return out;
}

int ask(const parsed& given, vault_session& s, std::vector<plain_string>& into) {
  auto name = ask_line("Variable name (enter for no name): ");
  bool shown = given.has("show-input");
  playbook::wiped_string text;
  if (shown) {
    if (auto answer = ask_line("String to encrypt:")) text = playbook::wiped_string(std::move(*answer));
  } else if (auto answer = ask_secret("String to encrypt (hidden): ")) {
    text = std::move(*answer);
  }
  if (text.view().empty()) return s.fail_options("The plaintext provided from the prompt was empty, not encrypting");
  into.push_back({std::move(text), "the interactive prompt", name.value_or("")});
  return 0;
}

int read_stdin(const parsed& given, vault_session& s, std::vector<plain_string>& into) {
  bool terminal = ::isatty(STDOUT_FILENO);
  if (terminal)
    std::fputs("Reading plaintext input from stdin. (ctrl-d to end input, twice if your content does not already have a "
               "newline)\n",
               stderr);
  auto text = read_vault_data("-");
  if (!text) return s.fail(text.error().message());
  if (text->view().empty()) return s.fail_options("stdin was empty, not encrypting");
  if (terminal && !text->view().ends_with('\n')) std::fputs("\n", stdout);
  into.push_back({std::move(*text), "stdin", given.last("stdin-name")});
  return 0;
}

int take_arguments(const parsed& given, vault_session& s, std::vector<plain_string>& into) {
  auto names = given.all("name");
  std::vector<std::string> strings;
  for (auto& text : given.positional)
    if (text != "-") strings.push_back(text);
  if (!names.empty() && strings.size() > names.size())
    std::fprintf(stderr,
                 "The number of --name options do not match the number of args.\n"
                 "The last named variable will be \"%s\". The rest will not have names.\n",
                 names.back().c_str());
  for (std::size_t i = 0; i < strings.size(); ++i) {
    if (strings[i].empty())
      return s.fail_options("The plaintext provided from the command line args was empty, not encrypting");
    into.push_back({playbook::wiped_string(strings[i]), "the command line args", i < names.size() ? names[i] : ""});
  }
  return 0;
}

/// Says on stderr which of several strings comes next.
void announce(const plain_string& p, std::size_t number) {
  std::string place = "string #" + std::to_string(number) + " from " + std::string(p.source);
  if (p.name.empty())
    std::fprintf(stderr, "# The encrypted version of the %s.)\n", place.c_str());
  else
    std::fprintf(stderr, "# The encrypted version of variable (\"%s\", the %s).\n", p.name.c_str(), place.c_str());
}

} // namespace

int vault_encrypt_string(const parsed& given) {
  vault_session s(given, action_of(vault_command, "encrypt_string"));
  if (int code = s.begin()) return code;
  auto& words = given.positional;
  bool asked = given.has("prompt");
  bool from_stdin = (words.empty() && !asked) || given.has("stdin-name") || std::find(words.begin(), words.end(), "-") != words.end();
  if (asked && from_stdin)
    return s.fail_options("The --prompt option is not supported if also reading input from stdin");
  if (int code = s.need_new_secret()) return code;
  std::vector<plain_string> strings;
  if (asked)
    if (int code = ask(given, s, strings)) return code;
  if (from_stdin)
    if (int code = read_stdin(given, s, strings)) return code;
  if (int code = take_arguments(given, s, strings)) return code;
  std::string out;
  for (std::size_t i = 0; i < strings.size(); ++i) {
    auto encrypted = playbook::encrypt_vault(strings[i].text.view(), s.encrypt_with());
    if (!encrypted) return s.fail(encrypted.error().message());
    if (strings.size() > 1) announce(strings[i], i + 1);
    out += (i ? "\n" : "") + as_yaml(*encrypted, strings[i].name);
  }
  if (auto ok = write_vault_data(out, given.has("output") ? real_path(given.last("output")) : "-", old_file::shred); !ok)
    return s.fail(ok.error().message());
  if (::isatty(STDOUT_FILENO)) std::fputs("Encryption successful\n", stderr);
  return 0;
}

} // namespace mito::cli

// Errors with a place, as Ansible words them: the lines, a pointer, and its guesses at common mistakes.
#include <algorithm>

#include "core/text.hpp"
#include "engine/task_run.hpp"

namespace mito::engine {

namespace {

constexpr std::string_view missing_quotes =
    R"(We could be wrong, but this one looks like it might be an issue with
missing quotes. Always quote template expression brackets when they
start a value. For instance:

    with_items:
      - {{ foo }}

Should be written as:

    with_items:
      - "{{ foo }}"
)";

constexpr std::string_view bare_expression =
    R"(This one looks easy to fix. YAML thought it was looking for the start of a
hash/dictionary and was confused to see a second "{". Most likely this was
meant to be an ansible template evaluation instead, so we have to give the
parser a small hint that we wanted a string instead. The solution here is to
just quote the entire value.

For instance, if the original line was:

    app_path: {{ base_path }}/foo

It should be written as:

    app_path: "{{ base_path }}/foo"
)";

constexpr std::string_view extra_colon =
    R"(This one looks easy to fix. There seems to be an extra unquoted colon in the line
and this is confusing the parser. It was only expecting to find one free
colon. The solution is just add some quotes around the colon, or quote the
entire line after the first colon.

For instance, if the original line was:

    copy: src=file.txt dest=/path/filename:with_colon.txt

It can be written as:

    copy: src=file.txt dest='/path/filename:with_colon.txt'

Or:

    copy: 'src=file.txt dest=/path/filename:with_colon.txt'
)";

constexpr std::string_view half_quoted =
    R"(This one looks easy to fix. It seems that there is a value started
with a quote, and the YAML parser is expecting to see the line ended
with the same kind of quote. For instance:

    when: "ok" in result.stdout

Could be written as:

   when: '"ok" in result.stdout'

Or equivalently:

   when: "'ok' in result.stdout"
)";

constexpr std::string_view unbalanced_quotes =
    R"(We could be wrong, but this one looks like it might be an issue with
unbalanced quotes. If starting a value with a quote, make sure the
line ends with the same set of quotes. For instance this arbitrary
example:

    foo: "bad" "wolf"

Could be written as:

    foo: '"bad" "wolf"'
)";

constexpr std::string_view tab_in_line =
    R"(There appears to be a tab character at the start of the line.

YAML does not use tabs for formatting. Tabs should be replaced with spaces.

For example:
    - name: update tooling
      vars:
        version: 1.2.3
#    ^--- there is a tab there.

Should be written as:
    - name: update tooling
      vars:
        version: 1.2.3
# ^--- all spaces here.
)";

constexpr std::string_view shorthand_mixed =
    "There appears to be both 'k=v' shorthand syntax and YAML in this task. Only one syntax may be used.\n";

bool holds(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// "name = value" somewhere in the line.
bool has_assignment(std::string_view line) {
  for (auto at = line.find('='); at != line.npos; at = line.find('=', at + 1)) {
    auto before = at, after = at + 1;
    while (before > 0 && is_blank(line[before - 1])) --before;
    while (after < line.size() && is_blank(line[after])) ++after;
    if (before > 0 && is_word(line[before - 1]) && after < line.size() && (is_word(line[after]) || line[after] == '/' || line[after] == '-'))
      return true;
  }
  return false;
}

std::string_view right_trimmed(std::string_view s) {
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

std::string position(const std::string& file, std::uint32_t line, std::size_t column) {
  return "The error appears to be in '" + file + "': line " + std::to_string(line) + ", column " + std::to_string(column) +
         ", but may\nbe elsewhere in the file depending on the exact syntax problem.\n";
}

/// What the quotes of a value look like after the line's first colon.
std::string quote_hints(std::string_view line) {
  auto parts = core::split(line, ':');
  if (parts.size() < 2) return {};
  auto middle = core::trim(parts[1]);
  auto quoted = [](char c) { return c == '"' || c == '\''; };
  std::string out;
  if (!middle.empty() && quoted(middle.front()) && middle.back() != middle.front()) out += half_quoted;
  auto count = [&](char c) { return std::count(line.begin(), line.end(), c); };
  bool pairs = !middle.empty() && quoted(middle.front()) && quoted(middle.back()) && count('\'') > 2;
  if (pairs || count('"') > 2) out += unbalanced_quotes;
  return out;
}

/// Ansible's guess at the mistake in `line`.
std::string hint_of(std::string_view line, std::size_t column) {
  std::string dense;
  for (char c : line)
    if (c != ' ') dense += c;
  if (holds(line, "{{") && holds(line, "}}") && !(holds(line, "\"{{") && holds(line, "'{{"))) return std::string(missing_quotes);
  if (holds(dense, ":{{") && holds(dense, "}}")) return std::string(bare_expression);
  std::size_t at = 0;
  for (std::size_t n = 0; n < column && at < line.size(); ++n) core::next_utf8(line, at);
  if (at < line.size() && line[at] == ':' && std::count(line.begin(), line.end(), ':') > 1) return std::string(extra_colon);
  return quote_hints(line);
}

} // namespace

std::string with_place(std::string_view message, const core::location& where) {
  std::string out(message);
  if (!where.file || where.line == 0) return out;
  out += "\n\n";
  std::string place = position(where.file->name, where.line, where.column);
  auto lines = core::split(where.file->text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.empty()) return out + place;
  // An empty line says nothing: the one above that is not is meant.
  std::size_t at = std::min<std::size_t>(where.line - 1, lines.size() - 1);
  while (at > 0 && core::trim(lines[at]).empty()) --at;
  auto before = at > 0 ? lines[at - 1] : std::string_view();
  constexpr std::string_view shown = "\nThe offending line appears to be:\n\n";
  if (has_assignment(before)) {
    auto equals = before.find('=');
    place = position(where.file->name, where.line - 1, core::count_code_points(before.substr(0, equals)) + 1);
    place += shown;
    place += right_trimmed(before);
    place += "\n" + std::string(core::count_code_points(before.substr(0, equals)), ' ') + "^ here\n\n";
    place += shorthand_mixed;
  } else {
    place += shown;
    place += right_trimmed(before);
    place += '\n';
    place += right_trimmed(lines[at]);
    place += "\n" + std::string(where.column > 0 ? where.column - 1 : 0, ' ') + "^ here\n";
  }
  if (holds(lines[at], "\t")) place += tab_in_line;
  return out + place + hint_of(lines[at], where.column);
}

} // namespace mito::engine

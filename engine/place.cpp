// Errors with their place in a file, and Ansible's guesses at what is wrong there: its outputs have these very words.
#include "core/text.hpp"
#include "engine/task_run.hpp"

namespace mito::engine {

namespace {

constexpr std::string_view missing_quotes =
    "We could be wrong, but this one looks like it might be an issue with\nmissing quotes. Always quote template "
    "expression brackets when they\nstart a value. For instance:\n\n    with_items:\n      - {{ foo }}\n\nShould be "
    "written as:\n\n    with_items:\n      - \"{{ foo }}\"\n";
constexpr std::string_view confused_by_braces =
    "This one looks easy to fix. YAML thought it was looking for the start of a\nhash/dictionary and was confused to see a "
    "second \"{\". Most likely this was\nmeant to be an ansible template evaluation instead, so we have to give the\nparser "
    "a small hint that we wanted a string instead. The solution here is to\njust quote the entire value.\n\nFor instance, if "
    "the original line was:\n\n    app_path: {{ base_path }}/foo\n\nIt should be written as:\n\n    app_path: \"{{ base_path "
    "}}/foo\"\n";
constexpr std::string_view extra_colon =
    "This one looks easy to fix. There seems to be an extra unquoted colon in the line\nand this is confusing the parser. It "
    "was only expecting to find one free\ncolon. The solution is just add some quotes around the colon, or quote the\nentire "
    "line after the first colon.\n\nFor instance, if the original line was:\n\n    copy: src=file.txt "
    "dest=/path/filename:with_colon.txt\n\nIt can be written as:\n\n    copy: src=file.txt "
    "dest='/path/filename:with_colon.txt'\n\nOr:\n\n    copy: 'src=file.txt dest=/path/filename:with_colon.txt'\n";
constexpr std::string_view half_quoted =
    "This one looks easy to fix. It seems that there is a value started\nwith a quote, and the YAML parser is expecting to see "
    "the line ended\nwith the same kind of quote. For instance:\n\n    when: \"ok\" in result.stdout\n\nCould be written "
    "as:\n\n   when: '\"ok\" in result.stdout'\n\nOr equivalently:\n\n   when: \"'ok' in result.stdout\"\n";
constexpr std::string_view unbalanced_quotes =
    "We could be wrong, but this one looks like it might be an issue with\nunbalanced quotes. If starting a value with a quote, "
    "make sure the\nline ends with the same set of quotes. For instance this arbitrary\nexample:\n\n    foo: \"bad\" "
    "\"wolf\"\n\nCould be written as:\n\n    foo: '\"bad\" \"wolf\"'\n";
constexpr std::string_view leading_tab =
    "There appears to be a tab character at the start of the line.\n\nYAML does not use tabs for formatting. Tabs should be "
    "replaced with spaces.\n\nFor example:\n    - name: update tooling\n      vars:\n        version: 1.2.3\n#    ^--- there "
    "is a tab there.\n\nShould be written as:\n    - name: update tooling\n      vars:\n        version: 1.2.3\n# ^--- all "
    "spaces here.\n";
constexpr std::string_view two_syntaxes =
    "There appears to be both 'k=v' shorthand syntax and YAML in this task. Only one syntax may be used.\n";

/// Lines from 1; empty where there is none.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t at = 1; at < number; ++at) {
    auto end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string_view without_end(std::string_view s) {
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/// Whether a line has `name=value` in it.
bool has_shorthand(std::string_view line) {
  for (auto at = line.find('='); at != line.npos; at = line.find('=', at + 1)) {
    auto left = without_end(line.substr(0, at));
    auto right = line.substr(at + 1);
    while (!right.empty() && is_space(right.front())) right.remove_prefix(1);
    if (!left.empty() && is_word(left.back()) && !right.empty() &&
        (is_word(right.front()) || right.front() == '/' || right.front() == '-'))
      return true;
  }
  return false;
}

auto count(std::string_view text, char c) {
  std::size_t n = 0;
  for (char x : text) n += x == c;
  return n;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

void append_quoting_hints(std::string& out, std::string_view line) {
  auto colon = line.find(':');
  if (colon == line.npos) return;
  auto middle = core::trim(line.substr(colon + 1, line.find(':', colon + 1) - colon - 1));
  auto quote = [](char c) { return c == '"' || c == '\''; };
  if (!middle.empty() && quote(middle.front()) && middle.back() != middle.front()) out += half_quoted;
  bool whole = !middle.empty() && quote(middle.front()) && quote(middle.back());
  if ((whole && count(line, '\'') > 2) || count(line, '"') > 2) out += unbalanced_quotes;
}

void append_hints(std::string& out, std::string_view line, std::uint32_t column) {
  if (has(line, "\t")) out += leading_tab;
  std::string packed;
  for (char c : line)
    if (c != ' ') packed += c;
  if (has(line, "{{") && has(line, "}}") && !(has(line, "\"{{") && has(line, "'{{")))
    out += missing_quotes;
  else if (has(packed, ":{{") && has(packed, "}}"))
    out += confused_by_braces;
  else if (line.size() > column && line[column] == ':' && count(line, ':') > 1)
    out += extra_colon;
  else
    append_quoting_hints(out, line);
}

std::string position(const core::location& where, std::uint32_t line, std::uint32_t column) {
  std::string out = "\n\nThe error appears to be in '" + where.file->name + "': line ";
  core::append_uint(out, line);
  out += ", column ";
  core::append_uint(out, column);
  return out + ", but may\nbe elsewhere in the file depending on the exact syntax problem.\n";
}

} // namespace

std::string with_place(std::string_view message, const core::location& where) {
  std::string out(message);
  if (!where.file || where.line == 0) return out;
  auto& text = where.file->text;
  if (text.empty()) return out + position(where, where.line, where.column);
  auto number = where.line;
  while (number > 1 && core::trim(line_of(text, number)).empty()) --number;
  auto line = line_of(text, number), before = number > 1 ? line_of(text, number - 1) : std::string_view();
  auto shown = [](std::string_view one, std::string_view two) {
    return "\nThe offending line appears to be:\n\n" + std::string(one) + "\n" + std::string(two) + "\n";
  };
  auto arrow = [](std::size_t column) { return std::string(column, ' ') + "^ here"; };
  if (has_shorthand(before)) {
    auto at = before.find('=');
    out += position(where, where.line - 1, static_cast<std::uint32_t>(at + 1));
    out += shown(without_end(before), arrow(at));
    out += '\n';
    out += two_syntaxes;
  } else {
    out += position(where, where.line, where.column);
    out += shown(without_end(before), without_end(line));
    out += arrow(where.column > 0 ? where.column - 1 : 0);
    out += '\n';
  }
  append_hints(out, line, where.column);
  return out;
}

} // namespace mito::engine

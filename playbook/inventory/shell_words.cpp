#include "playbook/inventory/shell_words.hpp"

namespace mito::playbook {

namespace {

struct splitter {
  std::string_view s;
  bool comments;
  std::size_t at = 0;
  std::vector<std::string> words;
  std::string word;
  bool open = false;

  static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

  void finish() {
    if (open) words.push_back(std::move(word));
    word.clear();
    open = false;
  }

  /// Text up to the closing quote; in double quotes a backslash escapes the quote and itself only.
  bool quoted(char quote) {
    while (at < s.size() && s[at] != quote) {
      if (quote == '"' && s[at] == '\\' && at + 1 < s.size()) {
        if (s[at + 1] != '"' && s[at + 1] != '\\') word += '\\';
        ++at;
      }
      word += s[at++];
    }
    return at < s.size() && s[at++] == quote;
  }

  core::expected<void> run() {
    while (at < s.size()) {
      char c = s[at++];
      if (blank(c)) {
        finish();
      } else if (comments && c == '#') { // in shlex a comment starts anywhere outside quotes
        finish();
        at = std::min(s.find('\n', at), s.size());
      } else if (c == '\'' || c == '"') {
        open = true;
        if (!quoted(c)) return core::error("No closing quotation");
      } else if (c == '\\') {
        if (at >= s.size()) return core::error("No escaped character");
        open = true;
        word += s[at++];
      } else {
        open = true;
        word += c;
      }
    }
    finish();
    return {};
  }
};

} // namespace

core::expected<std::vector<std::string>> shell_words(std::string_view text, bool comments) {
  splitter in{text, comments, 0, {}, {}, false};
  if (auto ok = in.run(); !ok) return ok.error();
  return std::move(in.words);
}

} // namespace mito::playbook

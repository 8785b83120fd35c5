#include "pymodules/tokens.hpp"

namespace mito::pymodules {

namespace {

bool name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}
bool name_part(char c) { return name_start(c) || (c >= '0' && c <= '9'); }

class lexer {
public:
  explicit lexer(std::string_view text) : text_(text) {}

  std::vector<token> run() {
    start_line();
    while (at_ < text_.size()) step();
    if (line_begun_) add(token::kind::newline, at_, at_);
    return std::move(out_);
  }

private:
  char here(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  void add(token::kind what, std::size_t begin, std::size_t end) {
    out_.push_back({what, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end), column_});
    line_begun_ = what != token::kind::newline && (line_begun_ || what != token::kind::comment);
  }

  /// Indentation of a physical line that begins a logical one.
  void start_line() {
    std::size_t begin = at_;
    while (here() == ' ' || here() == '\t' || here() == '\f') ++at_;
    column_ = static_cast<std::uint32_t>(at_ - begin);
  }

  void step() {
    char c = here();
    if (c == '\n') {
      ++at_;
      if (depth_ > 0) return;
      if (line_begun_) add(token::kind::newline, at_ - 1, at_);
      return start_line();
    }
    if (c == '#') return comment();
    if (c == '\\' && (here(1) == '\n' || (here(1) == '\r' && here(2) == '\n'))) {
      at_ += here(1) == '\n' ? 2 : 3;
      return;
    }
    if (c == '"' || c == '\'') return string(at_);
    if (name_start(c)) return name();
    if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
      ++at_;
      return;
    }
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    add(token::kind::op, at_, at_ + 1);
    ++at_;
  }

  void comment() {
    std::size_t end = text_.find('\n', at_);
    if (end == text_.npos) end = text_.size();
    add(token::kind::comment, at_, end);
    at_ = end;
  }

  /// A name, or the prefix of a string (r, b, u, f in any mixture).
  void name() {
    std::size_t begin = at_;
    while (name_part(here())) ++at_;
    if ((here() == '"' || here() == '\'') && at_ - begin <= 3) {
      bool prefix = true;
      for (char c : text_.substr(begin, at_ - begin)) {
        char l = static_cast<char>(c | 32);
        prefix = prefix && (l == 'r' || l == 'b' || l == 'u' || l == 'f');
      }
      if (prefix) return string(begin);
    }
    add(token::kind::name, begin, at_);
  }

  void string(std::size_t begin) {
    char quote = here();
    bool triple = here(1) == quote && here(2) == quote;
    at_ += triple ? 3 : 1;
    while (at_ < text_.size()) {
      char c = here();
      if (c == '\\') {
        at_ += 2;
        continue;
      }
      if (c == '\n' && !triple) break; // no Python: the line ends here
      if (c == quote && (!triple || (here(1) == quote && here(2) == quote))) {
        at_ += triple ? 3 : 1;
        break;
      }
      ++at_;
    }
    if (at_ > text_.size()) at_ = text_.size();
    add(token::kind::string, begin, at_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t column_ = 0;
  unsigned depth_ = 0;
  bool line_begun_ = false;
  std::vector<token> out_;
};

} // namespace

std::vector<token> tokenize(std::string_view source) {
  if (source.starts_with("\xef\xbb\xbf")) {
    // The mark stays in the source; offsets must not move.
    auto tokens = lexer(source.substr(3)).run();
    for (auto& t : tokens) {
      t.begin += 3;
      t.end += 3;
    }
    return tokens;
  }
  return lexer(source).run();
}

} // namespace mito::pymodules

#include "pymodules/strip.hpp"

#include <algorithm>

#include "pymodules/tokens.hpp"

namespace mito::pymodules {

namespace {

using kind = token::kind;

class stripper {
public:
  explicit stripper(std::string_view source) : source_(source), tokens_(tokenize(source)) {
    keep_docstrings_ = source.find("__doc__") != source.npos;
  }

  std::string run() {
    mark_strings();
    std::string out;
    out.reserve(source_.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const token& t = tokens_[i];
      if (t.what == kind::comment && !keep_comment(t)) {
        copy(out, at, t.begin);
        while (!out.empty() && (out.back() == ' ' || out.back() == '\t')) out.pop_back();
        at = t.end;
      } else if (t.what == kind::string && blank_[i]) {
        copy(out, at, t.begin);
        blank(out, text(t));
        at = t.end;
      }
    }
    copy(out, at, source_.size());
    return out;
  }

private:
  std::string_view text(const token& t) const { return source_.substr(t.begin, t.end - t.begin); }
  void copy(std::string& out, std::size_t from, std::size_t to) const { out += source_.substr(from, to - from); }

  /// An encoding is declared in the first two lines (PEP 263).
  bool keep_comment(const token& t) const {
    return text(t).find("coding") != std::string_view::npos &&
           std::count(source_.begin(), source_.begin() + t.begin, '\n') < 2;
  }

  static bool documents(std::string_view name) { return name == "DOCUMENTATION" || name == "EXAMPLES" || name == "RETURN"; }

  /// Logical lines that are one string, or `DOCUMENTATION = string`.
  void mark_strings() {
    blank_.assign(tokens_.size(), false);
    std::vector<std::size_t> line, assigned;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (tokens_[i].what == kind::comment) continue;
      if (tokens_[i].what != kind::newline) {
        if (line.size() < 4) line.push_back(i);
        continue;
      }
      if (line.size() == 1 && tokens_[line[0]].what == kind::string && !keep_docstrings_)
        blank_[line[0]] = is_plain(text(tokens_[line[0]]));
      if (line.size() == 3 && tokens_[line[2]].what == kind::string && text(tokens_[line[1]]) == "=" &&
          documents(text(tokens_[line[0]])) && is_plain(text(tokens_[line[2]]))) {
        blank_[line[2]] = true;
        assigned.push_back(line[0]);
      }
      line.clear();
    }
    for (auto name : assigned)
      if (used_elsewhere(name)) blank_[name + 2] = false;
  }

  /// The name of such a string occurs in code, or in a string that stays.
  bool used_elsewhere(std::size_t assignment) const {
    auto name = text(tokens_[assignment]);
    for (std::size_t i = 0; i < tokens_.size(); ++i)
      if (i != assignment && !blank_[i] && tokens_[i].what != kind::comment && text(tokens_[i]).find(name) != name.npos)
        return true;
    return false;
  }

  /// An f-string is evaluated; what is not closed is none.
  static bool is_plain(std::string_view s) {
    auto quote = s.find_first_of("'\"");
    if (s.substr(0, quote).find_first_of("fF") != s.npos) return false;
    auto rest = s.substr(quote);
    bool triple = rest.size() >= 6 && rest[1] == rest[0] && rest[2] == rest[0];
    bool opened = rest.size() >= 3 && rest[1] == rest[0] && rest[2] == rest[0];
    if (opened != triple) return false;
    std::size_t n = triple ? 3 : 1;
    return rest.size() >= 2 * n && rest.substr(rest.size() - n) == rest.substr(0, n);
  }

  static void blank(std::string& out, std::string_view s) {
    auto quote = s.find_first_of("'\"");
    auto rest = s.substr(quote);
    bool triple = rest.size() >= 6 && rest[1] == rest[0] && rest[2] == rest[0];
    auto mark = rest.substr(0, triple ? 3 : 1);
    auto lines = static_cast<std::size_t>(std::count(s.begin(), s.end(), '\n'));
    if (lines > 0 && !triple) {
      out += s; // a string with continued lines
      return;
    }
    out += s.substr(0, quote);
    out += mark;
    out.append(lines, '\n');
    out += mark;
  }

  std::string_view source_;
  std::vector<token> tokens_;
  std::vector<bool> blank_;
  bool keep_docstrings_;
};

} // namespace

std::string strip_source(std::string_view source) { return stripper(source).run(); }

} // namespace mito::pymodules

#include "playbook/inventory/literal.hpp"

#include <cstdlib>
#include <string>

#include "core/text.hpp"

namespace mito::playbook {

using core::value;

namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || digit(c) || c == '_';
}

/// Recursive descent over one literal; any failure is nullopt.
class literal_parser {
public:
  explicit literal_parser(std::string_view s) : s_(s) {}

  std::optional<value> whole() {
    auto v = item(0);
    if (!v) return std::nullopt;
    blanks();
    if (at_ < s_.size() && s_[at_] == ',') { // a bare tuple: 1, 2
      core::list items{*v};
      while (eat(',')) {
        blanks();
        if (at_ == s_.size()) break;
        auto next = item(0);
        if (!next) return std::nullopt;
        items.push_back(*next);
        blanks();
      }
      v = value::tuple(std::move(items));
    }
    skip_comment();
    return at_ == s_.size() ? v : std::nullopt;
  }

private:
  static constexpr int max_depth = 60;

  void blanks() {
    while (at_ < s_.size() &&
           (s_[at_] == ' ' || s_[at_] == '\t' || (depth_ && (s_[at_] == '\n' || s_[at_] == '\r'))))
      ++at_;
  }
  void skip_comment() {
    blanks();
    if (at_ < s_.size() && s_[at_] == '#') at_ = s_.size();
  }
  bool eat(char c) {
    blanks();
    if (at_ >= s_.size() || s_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<value> item(int depth) {
    blanks();
    if (at_ >= s_.size() || depth > max_depth) return std::nullopt;
    char c = s_[at_];
    if (c == '[') return sequence(depth, ']', false);
    if (c == '(') return sequence(depth, ')', true);
    if (c == '{') return mapping(depth);
    if (c == '-' || c == '+' || digit(c) || c == '.') return number();
    if (auto text = strings()) return value(*text, core::trust::source);
    return name();
  }

  std::optional<value> name() {
    auto start = at_;
    while (at_ < s_.size() && word(s_[at_])) ++at_;
    auto n = s_.substr(start, at_ - start);
    if (n == "True") return value(true);
    if (n == "False") return value(false);
    if (n == "None") return value();
    return std::nullopt;
  }

  std::optional<value> sequence(int depth, char close, bool tuple) {
    ++at_;
    ++depth_;
    core::list items;
    bool comma = false;
    while (!eat(close)) {
      if (!items.empty() && !comma) return std::nullopt;
      auto v = item(depth + 1);
      if (!v) return std::nullopt;
      items.push_back(*v);
      comma = eat(',');
    }
    --depth_;
    if (!tuple) return value(std::move(items));
    if (items.size() == 1 && !comma) return items[0]; // parentheses only
    return value::tuple(std::move(items));
  }

  std::optional<value> mapping(int depth) {
    ++at_;
    ++depth_;
    core::dict d;
    bool comma = true;
    while (!eat('}')) {
      if (!comma) return std::nullopt;
      auto k = item(depth + 1);
      if (!k || !core::hashable(*k) || !eat(':')) return std::nullopt;
      auto v = item(depth + 1);
      if (!v) return std::nullopt;
      d.set_key(*k, *v);
      comma = eat(',');
    }
    --depth_;
    return value(std::move(d));
  }

  std::optional<value> number() {
    bool negative = false;
    while (at_ < s_.size() && (s_[at_] == '-' || s_[at_] == '+')) {
      negative ^= s_[at_++] == '-';
      blanks();
    }
    auto start = at_;
    while (at_ < s_.size() && (word(s_[at_]) || s_[at_] == '.' ||
                               ((s_[at_] == '-' || s_[at_] == '+') && (s_[at_ - 1] | 32) == 'e' &&
                                !s_.substr(start).starts_with("0x") && !s_.substr(start).starts_with("0X"))))
      ++at_;
    return convert(s_.substr(start, at_ - start), negative);
  }

  /// Underscores only between digits, as Python has it.
  static std::optional<std::string> without_scores(std::string_view t) {
    std::string out;
    for (std::size_t i = 0; i < t.size(); ++i) {
      if (t[i] != '_') {
        out += t[i];
        continue;
      }
      if (i == 0 || i + 1 == t.size() || t[i - 1] == '_' || !word(t[i + 1]) || !word(t[i - 1]))
        return std::nullopt;
    }
    return out;
  }

  static std::optional<value> based(std::string_view digits, int base, bool negative) {
    if (digits.empty() || digits.size() > 15) return std::nullopt;
    char* end = nullptr;
    std::string text(digits);
    auto n = std::strtoll(text.c_str(), &end, base);
    if (*end) return std::nullopt;
    return value(static_cast<std::int64_t>(negative ? -n : n));
  }

  static std::optional<value> convert(std::string_view raw, bool negative) {
    auto text = without_scores(raw);
    if (!text || text->empty()) return std::nullopt;
    std::string_view t = *text;
    if (t.size() > 2 && t[0] == '0' && word(t[1]) && !digit(t[1]) && (t[1] | 32) != 'e')
      return (t[1] | 32) == 'x'   ? based(t.substr(2), 16, negative)
             : (t[1] | 32) == 'o' ? based(t.substr(2), 8, negative)
             : (t[1] | 32) == 'b' ? based(t.substr(2), 2, negative)
                                  : std::nullopt;
    if (t.find_first_not_of("0123456789") == t.npos) {
      if (t[0] == '0' && t.find_first_not_of('0') != t.npos)
        return std::nullopt; // 0644 is no Python 3 literal
      if (t.size() > 4300) return std::nullopt;
      return value::big_integer((negative ? "-" : "") + *text);
    }
    if (t.find_first_not_of("0123456789.eE+-") != t.npos || !digit(t[t[0] == '.' ? 1 : 0]))
      return std::nullopt;
    char* end = nullptr;
    double d = std::strtod(text->c_str(), &end);
    if (*end) return std::nullopt;
    return value(negative ? -d : d);
  }

  /// One or more adjacent string literals, or nullopt when there is none (bytes are none of ours).
  std::optional<std::string> strings() {
    std::string out;
    bool any = false;
    for (;;) {
      blanks();
      auto start = at_;
      bool raw = false;
      while (at_ < s_.size() && at_ - start < 2 && ((s_[at_] | 32) == 'r' || (s_[at_] | 32) == 'u'))
        raw |= (s_[at_++] | 32) == 'r';
      if (at_ >= s_.size() || (s_[at_] != '\'' && s_[at_] != '"') || (at_ - start == 2)) {
        at_ = start;
        return any ? std::optional(out) : std::nullopt;
      }
      if (!one_string(out, raw)) {
        at_ = start;
        return std::nullopt;
      }
      any = true;
    }
  }

  bool one_string(std::string& out, bool raw) {
    char quote = s_[at_];
    std::string_view triple(quote == '"' ? "\"\"\"" : "'''");
    bool three = s_.substr(at_).starts_with(triple);
    at_ += three ? 3 : 1;
    while (at_ < s_.size()) {
      if (three ? s_.substr(at_).starts_with(triple) : s_[at_] == quote) {
        at_ += three ? 3 : 1;
        return true;
      }
      if (!three && s_[at_] == '\n') return false;
      if (s_[at_] == '\\' && at_ + 1 < s_.size()) {
        if (raw) {
          out.append(s_.substr(at_, 2));
          at_ += 2;
        } else if (!escape(out)) {
          return false;
        }
        continue;
      }
      out += s_[at_++];
    }
    return false;
  }

  bool escape(std::string& out) {
    char c = s_[at_ + 1];
    at_ += 2;
    static constexpr std::string_view names = "\\'\"abfnrtv\n", values = "\\'\"\a\b\f\n\r\t\v";
    if (c == '\n') return true;
    if (auto i = names.find(c); i != names.npos) {
      out += values[i];
      return true;
    }
    std::size_t want = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    int base = 16;
    if (c >= '0' && c <= '7') {
      --at_;
      base = 8;
      want = 1;
      while (want < 3 && at_ + want < s_.size() && s_[at_ + want] >= '0' && s_[at_ + want] <= '7') ++want;
    }
    if (!want) {
      out += '\\';
      out += c;
      return c != 'N';
    }
    std::string digits(s_.substr(at_, want));
    char* end = nullptr;
    auto code = std::strtoul(digits.c_str(), &end, base);
    if (digits.size() != want || *end || code > 0x10ffff) return false;
    at_ += want;
    core::append_utf8(out, static_cast<std::uint32_t>(code));
    return true;
  }

  std::string_view s_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

} // namespace

std::optional<value> python_literal(std::string_view text) {
  return literal_parser(text).whole();
}

value ini_value(std::string_view text) {
  if (text.empty()) return value(text, core::trust::source);
  auto v = python_literal(text);
  return v ? *v : value(text, core::trust::source);
}

} // namespace mito::playbook

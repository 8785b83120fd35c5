#include "templating/literals.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/big_integer.hpp"
#include "core/text.hpp"
#include "templating/limits.hpp"

namespace mito::templating {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Reads `count` hexadecimal digits at `at`; false when there are fewer.
bool hex(std::string_view s, std::size_t& at, int count, std::uint32_t& out) {
  out = 0;
  for (int i = 0; i < count; ++i, ++at) {
    int d = at < s.size() ? hex_digit(s[at]) : -1;
    if (d < 0) return false;
    out = out << 4 | static_cast<std::uint32_t>(d);
  }
  return true;
}

char simple_escape(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  case 'a':
    return '\a';
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  case 'v':
    return '\v';
  case '\\':
  case '\'':
  case '"':
    return c;
  default:
    return 0;
  }
}

} // namespace

std::string_view unescape(std::string_view raw, std::string& out) {
  for (std::size_t at = 0; at < raw.size();) {
    char c = raw[at++];
    if (c != '\\') {
      out += c;
      continue;
    }
    if (at >= raw.size()) return "\\ at end of string";
    c = raw[at++];
    std::uint32_t point = 0;
    if (char plain = simple_escape(c)) {
      out += plain;
    } else if (c == '\n') {
      continue;
    } else if (c >= '0' && c <= '7') {
      point = static_cast<std::uint32_t>(c - '0');
      for (int i = 0; i < 2 && at < raw.size() && raw[at] >= '0' && raw[at] <= '7'; ++i)
        point = point * 8 + static_cast<std::uint32_t>(raw[at++] - '0');
      core::append_utf8(out, point);
    } else if (c == 'x' || c == 'u' || c == 'U') {
      if (!hex(raw, at, c == 'x' ? 2 : c == 'u' ? 4 : 8, point))
        return c == 'x'   ? "truncated \\xXX escape"
               : c == 'u' ? "truncated \\uXXXX escape"
                          : "truncated \\UXXXXXXXX escape";
      if (point > 0x10FFFF) return "illegal Unicode character";
      core::append_utf8(out, point);
    } else {
      out += '\\';
      out += c;
    }
  }
  return {};
}

namespace {

class reader {
public:
  reader(std::string_view text, bool json_names, core::trust trust)
      : s_(text), json_(json_names), trust_(trust) {}

  std::optional<core::value> whole() {
    // An indented text is a syntax error to ast.parse.
    if (!s_.empty() && (s_[0] == ' ' || s_[0] == '\t')) return std::nullopt;
    skip();
    core::value v;
    if (!read(v)) return std::nullopt;
    if (take(',')) {
      core::list items{v};
      if (!rest_of_tuple(items, '\0')) return std::nullopt;
      v = core::value::tuple(std::move(items));
    }
    skip();
    if (at_ != s_.size() || unhashable_) return std::nullopt;
    return v;
  }
  /// The text is a literal but for a key or member that cannot be hashed: a TypeError in Python.
  bool unhashable() const { return unhashable_ && at_ == s_.size(); }

private:
  /// Python's tokenizer counts no further.
  static constexpr int most_brackets = 200;

  /// Newlines count as blanks only inside brackets, or at the very end.
  void skip() {
    for (;;) {
      while (at_ < s_.size() &&
             (s_[at_] == ' ' || s_[at_] == '\t' || s_[at_] == '\f' ||
              ((s_[at_] == '\n' || s_[at_] == '\r') && (depth_ > 0 || only_newlines_left()))))
        ++at_;
      if (at_ < s_.size() && s_[at_] == '#')
        while (at_ < s_.size() && s_[at_] != '\n') ++at_;
      else
        return;
    }
  }
  bool only_newlines_left() const { return s_.find_first_not_of(" \t\r\n", at_) == s_.npos; }
  bool take(char c) {
    skip();
    if (at_ >= s_.size() || s_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word_here(std::string_view w) {
    if (!s_.substr(at_).starts_with(w)) return false;
    char after = at_ + w.size() < s_.size() ? s_[at_ + w.size()] : ' ';
    if ((after >= '0' && after <= '9') || (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z') ||
        after == '_' || (after & 0x80))
      return false;
    at_ += w.size();
    return true;
  }

  bool read(core::value& v) {
    if (depth_ > most_brackets) return false;
    skip();
    if (at_ >= s_.size()) return false;
    char c = s_[at_];
    if (c == '[' || c == '(' || c == '{') {
      ++at_;
      ++depth_;
      bool ok = c == '[' ? read_list(v) : c == '(' ? read_tuple(v) : read_dict(v);
      --depth_;
      return ok;
    }
    if (c == '\'' || c == '"') return read_strings(v);
    if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+') return read_number(v);
    if (quote_after_prefix()) return read_strings(v);
    return read_name(v);
  }

  /// Whether the quote of a string stands here, behind one of Python's prefixes.
  bool quote_after_prefix() const {
    auto quote = s_.find_first_not_of("uUrRbB", at_);
    if (quote == s_.npos || (s_[quote] != '\'' && s_[quote] != '"')) return false;
    auto prefix = core::lower(s_.substr(at_, quote - at_));
    for (std::string_view known : {"", "u", "r", "b", "br", "rb"})
      if (prefix == known) return true;
    return false;
  }

  bool read_name(core::value& v) {
    if (word_here("True") || (json_ && word_here("true")))
      v = true;
    else if (word_here("False") || (json_ && word_here("false")))
      v = false;
    else if (word_here("None") || (json_ && word_here("null")))
      v = nullptr;
    else if (word_here("set")) {
      if (!take('(') || !take(')')) return false;
      v = core::value(core::list{}).with_subtype(core::subtype::set);
    } else
      return false;
    return true;
  }

  bool read_list(core::value& v) {
    core::list items;
    while (!take(']')) {
      core::value item;
      if (!read(item)) return false;
      items.push_back(std::move(item));
      if (take(',')) continue;
      if (!take(']')) return false;
      break;
    }
    v = core::value(std::move(items));
    return true;
  }

  /// After the first comma; `close` 0 for a tuple without brackets.
  bool rest_of_tuple(core::list& items, char close) {
    for (;;) {
      skip();
      if (close ? take(close) : at_ >= s_.size()) return true;
      core::value item;
      if (!read(item)) return false;
      items.push_back(std::move(item));
      if (take(',')) continue;
      skip();
      return close ? take(close) : at_ >= s_.size();
    }
  }

  bool read_tuple(core::value& v) {
    core::list items;
    if (take(')')) {
      v = core::value::tuple({});
      return true;
    }
    core::value item;
    if (!read(item)) return false;
    if (take(')')) {
      v = std::move(item);
      return true;
    }
    if (!take(',')) return false;
    items.push_back(std::move(item));
    if (!rest_of_tuple(items, ')')) return false;
    v = core::value::tuple(std::move(items));
    return true;
  }

  bool read_set(core::value first, core::value& v) {
    core::list items;
    auto add = [&](core::value i) {
      unhashable_ = unhashable_ || !core::hashable(i);
      for (auto& known : items)
        if (known == i) return;
      items.push_back(std::move(i));
    };
    add(std::move(first));
    while (!take('}')) {
      if (!take(',')) return false;
      if (take('}')) break;
      core::value item;
      if (!read(item)) return false;
      add(std::move(item));
    }
    v = core::value(std::move(items)).with_subtype(core::subtype::set);
    return true;
  }

  bool read_dict(core::value& v) {
    core::dict d;
    while (!take('}')) {
      core::value key, val;
      if (!read(key)) return false;
      if (!take(':')) return d.empty() && read_set(std::move(key), v);
      if (!read(val)) return false;
      if (core::hashable(key))
        d.set_key(std::move(key), std::move(val));
      else
        unhashable_ = true;
      if (take(',')) continue;
      if (!take('}')) return false;
      break;
    }
    v = core::value(std::move(d));
    return true;
  }

  bool read_one_string(std::string& out, bool& bytes) {
    bool raw = false;
    bytes = false;
    while (s_[at_] != '\'' && s_[at_] != '"') {
      raw = raw || (s_[at_] | 32) == 'r';
      bytes = bytes || (s_[at_] | 32) == 'b';
      if (++at_ >= s_.size()) return false;
    }
    char quote = s_[at_];
    std::string three(3, quote);
    bool triple = s_.substr(at_).starts_with(three);
    at_ += triple ? 3 : 1;
    auto from = at_;
    for (; at_ < s_.size(); ++at_) {
      if (s_[at_] == '\\')
        ++at_;
      else if (triple ? s_.substr(at_).starts_with(three) : s_[at_] == quote)
        break;
      else if (!triple && s_[at_] == '\n')
        return false;
    }
    if (at_ >= s_.size()) return false;
    auto text = s_.substr(from, at_ - from);
    at_ += triple ? 3 : 1;
    if (bytes && std::any_of(text.begin(), text.end(), [](char c) { return c & 0x80; })) return false;
    if (raw) {
      out += text;
      return true;
    }
    return unescape(text, out).empty();
  }

  bool read_strings(core::value& v) {
    std::string out;
    bool bytes = false;
    for (bool first = true; first || quote_after_prefix(); first = false) {
      bool these = false;
      if (!read_one_string(out, these) || (!first && these != bytes)) return false;
      bytes = these;
      skip();
    }
    v = bytes ? core::value::bytes(out) : core::value(out, trust_);
    return true;
  }

  bool read_number(core::value& v) {
    bool negative = false, signs = false;
    while (at_ < s_.size() && (s_[at_] == '-' || s_[at_] == '+')) {
      // literal_eval() takes one sign before a number; Ansible's default mode evaluates any of them.
      if (signs && !json_) return false;
      signs = true;
      negative = negative != (s_[at_] == '-');
      ++at_;
      skip();
    }
    if (signs && take('(')) return read_number_in_brackets(negative, v);
    auto from = at_;
    auto alnum = [&](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
             c == '.';
    };
    while (at_ < s_.size() &&
           (alnum(s_[at_]) || ((s_[at_] == '-' || s_[at_] == '+') && at_ > from &&
                               (s_[at_ - 1] | 32) == 'e' && !s_.substr(from).starts_with("0x"))))
      ++at_;
    std::string digits;
    auto raw = s_.substr(from, at_ - from);
    for (std::size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '_') {
        digits += raw[i];
        continue;
      }
      if (!may_separate(raw, i)) return false;
    }
    return number(digits, negative, v);
  }

  /// "-(1)": brackets do not show in Python's syntax tree.
  bool read_number_in_brackets(bool negative, core::value& v) {
    ++depth_;
    skip();
    bool number = depth_ <= most_brackets && at_ < s_.size() && ((s_[at_] >= '0' && s_[at_] <= '9') || s_[at_] == '.' || s_[at_] == '(');
    if (!number || !read(v) || (!core::is_integral(v) && !v.is_real()) || v.is_bool() || !take(')')) return false;
    --depth_;
    if (negative) v = v.is_real() ? core::value(-v.as_real()) : core::negate_integer(v);
    return true;
  }

  /// Python's rule for the underscore at `i` of a number: between two digits, or after the mark of a base.
  static bool may_separate(std::string_view raw, std::size_t i) {
    bool hexadecimal = raw.starts_with("0x") || raw.starts_with("0X");
    auto is_digit = [&](char c) { return (c >= '0' && c <= '9') || (hexadecimal && hex_digit(c) >= 0); };
    if (i == 0 || i + 1 == raw.size() || !is_digit(raw[i + 1])) return false;
    return is_digit(raw[i - 1]) || (i == 2 && raw[0] == '0' && std::string_view("xXoObB").find(raw[1]) != raw.npos);
  }

  static bool number(const std::string& digits, bool negative, core::value& v) {
    if (digits.empty() || !((digits[0] >= '0' && digits[0] <= '9') || digits[0] == '.')) return false;
    char mark = digits.size() > 2 && digits[0] == '0' ? static_cast<char>(digits[1] | 32) : '\0';
    unsigned base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    if (base == 10 && digits.find_first_not_of("0123456789") != digits.npos) {
      char* end = nullptr;
      if (digits.find_first_not_of("0123456789.eE+-") != digits.npos) return false;
      double d = std::strtod(digits.c_str(), &end);
      if (*end) return false;
      v = negative ? -d : d;
      return true;
    }
    // 007 is no Python literal, 0 and 00 are.
    if (base == 10 && digits.size() > 1 && digits[0] == '0' && digits.find_first_not_of('0') != digits.npos)
      return false;
    auto read = core::integer_from_digits(base == 10 ? digits : digits.substr(2), base);
    if (!read) return false;
    v = negative ? core::negate_integer(*read) : *read;
    return true;
  }

  std::string_view s_;
  bool json_;
  core::trust trust_;
  std::size_t at_ = 0;
  int depth_ = 0;
  bool unhashable_ = false;
};

} // namespace

std::optional<core::value> literal_eval(std::string_view text, bool json_names, core::trust trust, bool* unhashable) {
  if (text.size() > limits::output) return std::nullopt;
  reader r(text, json_names, trust);
  auto v = r.whole();
  if (unhashable) *unhashable = !v && r.unhashable();
  return v;
}

} // namespace mito::templating

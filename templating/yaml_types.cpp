#include "templating/yaml_types.hpp"

#include <cmath>
#include <limits>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/semantics.hpp"
#include "templating/timestamps.hpp"

namespace mito::templating {

using core::value;

namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool digit_or_score(char c) {
  return digit(c) || c == '_';
}

bool any_of(std::string_view s, std::initializer_list<std::string_view> words) {
  for (auto w : words)
    if (s == w) return true;
  return false;
}

/// A cursor over the text with the few moves that the resolver's expressions need.
struct cursor {
  std::string_view s;
  std::size_t at = 0;
  bool done() const { return at == s.size(); }
  bool eat(char c) {
    if (at >= s.size() || s[at] != c) return false;
    ++at;
    return true;
  }
  void sign() {
    if (at < s.size() && (s[at] == '-' || s[at] == '+')) ++at;
  }
  template <class Test>
  std::size_t run(Test test) {
    std::size_t n = 0;
    while (at < s.size() && test(s[at])) ++at, ++n;
    return n;
  }
  /// (:[0-5]?[0-9])+
  bool sexagesimal() {
    std::size_t parts = 0;
    while (at < s.size() && s[at] == ':') {
      std::size_t digits = 0;
      while (at + 1 + digits < s.size() && digit(s[at + 1 + digits])) ++digits;
      if (digits == 0 || digits > 2 || (digits == 2 && s[at + 1] > '5')) return false;
      at += 1 + digits;
      ++parts;
    }
    return parts > 0;
  }
  /// ([eE][-+][0-9]+)?
  bool exponent() {
    if (done()) return true;
    if (s[at] != 'e' && s[at] != 'E') return false;
    ++at;
    if (!eat('-') && !eat('+')) return false;
    return run(digit) > 0;
  }
};

bool is_float(std::string_view s) {
  cursor c{s};
  c.sign();
  if (any_of(s.substr(c.at), {".inf", ".Inf", ".INF"})) return true;
  if (any_of(s, {".nan", ".NaN", ".NAN"})) return true;
  if (c.at == 0 && c.eat('.')) { // no sign before a bare fraction
    if (c.done() || !digit(s[c.at])) return false;
    c.run(digit_or_score);
    return c.exponent() && c.done();
  }
  if (c.done() || !digit(s[c.at])) return false;
  c.run(digit_or_score);
  if (!c.done() && s[c.at] == ':') {
    if (!c.sexagesimal() || !c.eat('.')) return false;
    c.run(digit_or_score);
    return c.done();
  }
  if (!c.eat('.')) return false;
  c.run(digit_or_score);
  return c.exponent() && c.done();
}

bool is_int(std::string_view s) {
  cursor c{s};
  c.sign();
  auto rest = s.substr(c.at);
  if (rest.empty()) return false;
  auto all = [](std::string_view t, auto test) {
    for (char ch : t)
      if (!test(ch)) return false;
    return !t.empty();
  };
  if (rest[0] == '0') {
    if (rest.size() == 1) return true;
    if (rest[1] == 'b')
      return all(rest.substr(2), [](char ch) { return ch == '0' || ch == '1' || ch == '_'; });
    if (rest[1] == 'x')
      return all(rest.substr(2), [](char ch) {
        return digit_or_score(ch) || (ch >= 'a' && ch <= 'f') || (ch >= 'A' && ch <= 'F');
      });
    return all(rest.substr(1), [](char ch) { return (ch >= '0' && ch <= '7') || ch == '_'; });
  }
  if (!digit(rest[0])) return false;
  c.run(digit_or_score);
  return c.done() || (c.sexagesimal() && c.done());
}

std::string without_scores(std::string_view s) {
  std::string out;
  for (char c : s)
    if (c != '_') out += c;
  return out;
}

core::error bad_value(std::string message) {
  core::error e(std::move(message));
  e.what().category = "value";
  return e;
}

core::error bad_int(std::string_view text, unsigned base) {
  return bad_value("invalid literal for int() with base " + std::to_string(base) + ": " + core::to_repr(value(text)));
}

/// Python's int(text, base) for digits only; a prefix of the base is allowed as Python allows it.
core::expected<value> parse_base(std::string_view digits, unsigned base, bool negative) {
  auto text = digits;
  if (base == 8 && digits.size() > 2 && digits[0] == '0' && (digits[1] == 'o' || digits[1] == 'O'))
    digits.remove_prefix(2);
  bool signless = !digits.empty() && digits[0] != '-' && digits[0] != '+';
  auto n = signless && digits.size() <= 4300 ? core::integer_from_digits(digits, base) : std::nullopt;
  if (!n) return bad_int(text, base);
  return negative ? core::negate_integer(*n) : *n;
}

core::expected<value> sexagesimal_int(std::string_view text, bool negative) {
  value n(0);
  for (auto part : core::split(text, ':')) {
    auto p = core::parse_int(part);
    if (!p || *p < 0) return bad_int(part, 10);
    auto shifted = core::multiply_integers(n, value(60));
    auto next = shifted ? core::add_integers(*shifted, value(*p)) : std::nullopt;
    if (!next) return bad_int(text, 10);
    n = *next;
  }
  return negative ? core::negate_integer(n) : n;
}

core::expected<value> construct_int(std::string_view raw) {
  auto text = without_scores(raw);
  std::string_view s = text;
  bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s == "0") return value(0);
  if (s.starts_with("0b")) return parse_base(s.substr(2), 2, negative);
  if (s.starts_with("0x")) return parse_base(s.substr(2), 16, negative);
  if (s.starts_with("0")) return parse_base(s, 8, negative);
  if (s.find(':') != s.npos) return sexagesimal_int(s, negative);
  return parse_base(s, 10, negative);
}

core::expected<double> parse_double(std::string_view s) {
  auto d = parse_float(s);
  if (!d) return bad_value("could not convert string to float: " + core::to_repr(value(s)));
  return *d;
}

core::expected<value> construct_float(std::string_view raw) {
  auto text = core::lower(without_scores(raw));
  std::string_view s = text;
  double sign = !s.empty() && s[0] == '-' ? -1.0 : 1.0;
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s == ".inf") return value(sign * std::numeric_limits<double>::infinity());
  if (s == ".nan") return value(std::numeric_limits<double>::quiet_NaN());
  if (s.find(':') == s.npos) {
    auto d = parse_double(s);
    if (!d) return d.error();
    return value(sign * *d);
  }
  auto parts = core::split(s, ':');
  double total = 0, base = 1;
  for (std::size_t i = parts.size(); i-- > 0; base *= 60) {
    auto d = parse_double(parts[i]);
    if (!d) return d.error();
    total += *d * base;
  }
  return value(sign * total);
}

core::expected<value> construct_bool(std::string_view text) {
  auto s = core::lower(text);
  if (any_of(s, {"yes", "true", "on"})) return value(true);
  if (any_of(s, {"no", "false", "off"})) return value(false);
  return bad_value(core::to_repr(value(text)) + " is no boolean");
}

core::error no_constructor(std::string_view tag) {
  core::error e("could not determine a constructor for the tag 'tag:yaml.org,2002:" + std::string(tag) + "'");
  e.what().category = "yaml";
  return e;
}

} // namespace

yaml_type resolve_plain(std::string_view s) {
  if (s.empty()) return yaml_type::null;
  switch (s[0]) {
  case 'y':
  case 'Y':
  case 'n':
  case 'N':
  case 't':
  case 'T':
  case 'f':
  case 'F':
  case 'o':
  case 'O':
    if (any_of(s, {"yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE",
                   "on", "On", "ON", "off", "Off", "OFF"}))
      return yaml_type::boolean;
    return any_of(s, {"null", "Null", "NULL"}) ? yaml_type::null : yaml_type::string;
  case '~':
    return s.size() == 1 ? yaml_type::null : yaml_type::string;
  case '<':
    return s == "<<" ? yaml_type::merge : yaml_type::string;
  case '=':
    return s.size() == 1 ? yaml_type::value : yaml_type::string;
  default:
    break;
  }
  if (!digit(s[0]) && s[0] != '-' && s[0] != '+' && s[0] != '.') return yaml_type::string;
  if (is_float(s)) return yaml_type::real;
  if (is_int(s)) return yaml_type::integer;
  if (digit(s[0]) && is_timestamp(s)) return yaml_type::timestamp;
  return yaml_type::string;
}

core::expected<value> construct_scalar(yaml_type type, std::string_view text) {
  switch (type) {
  case yaml_type::null:
    return value();
  case yaml_type::boolean:
    return construct_bool(text);
  case yaml_type::integer:
    return construct_int(text);
  case yaml_type::real:
    return construct_float(text);
  case yaml_type::timestamp:
    return construct_timestamp(text);
  case yaml_type::merge:
    return no_constructor("merge");
  case yaml_type::value:
    return no_constructor("value");
  case yaml_type::string:
    break;
  }
  return value(text, core::trust::source);
}

core::expected<value> construct_binary(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  std::size_t symbols = 0, pads = 0;
  for (char c : text) {
    int d = c >= 'A' && c <= 'Z'   ? c - 'A'
            : c >= 'a' && c <= 'z' ? c - 'a' + 26
            : digit(c)             ? c - '0' + 52
            : c == '+'             ? 62
            : c == '/'             ? 63
                                   : -1;
    if (c == '=') ++pads;
    if (d < 0 || pads) continue; // as Python's b64decode: foreign characters are dropped
    ++symbols;
    bits = bits << 6 | static_cast<std::uint32_t>(d);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>(bits >> have & 0xff);
  }
  if (symbols % 4 == 1 || (symbols % 4 && symbols % 4 + pads < 4))
    return bad_value("failed to decode base64 data: Incorrect padding");
  return value::bytes(out);
}

} // namespace mito::templating

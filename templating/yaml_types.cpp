#include <cmath>

#include "core/big_integer.hpp"
#include "core/text.hpp"
#include "templating/dates.hpp"
#include "templating/semantics.hpp"
#include "templating/yaml_text.hpp"

namespace mito::templating {

namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool in(char c, std::string_view set) {
  return set.find(c) != set.npos;
}
std::string without_marks(std::string_view s) {
  std::string out;
  for (char c : s)
    if (c != '_') out += c;
  return out;
}

/// Groups after the first of "1:30:00" count by 60; false unless each is one or two digits below 60.
bool sexagesimal(std::string_view s, double& out, bool fraction) {
  auto parts = core::split(s, ':');
  if (parts.size() < 2) return false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto p = parts[i];
    bool last = i + 1 == parts.size();
    std::string_view whole = p;
    if (last && fraction) {
      auto dot = p.find('.');
      if (dot == p.npos) return false;
      whole = p.substr(0, dot);
      if (p.substr(dot + 1).find_first_not_of("0123456789_") != p.npos) return false;
    }
    if (whole.empty() || whole.find_first_not_of(i ? "0123456789" : "0123456789_") != whole.npos)
      return false;
    if (i == 0 && !fraction && (whole[0] == '0' || whole[0] == '_')) return false;
    if (i > 0 && (whole.size() > 2 || (whole.size() == 2 && whole[0] > '5'))) return false;
    out = out * 60 + std::strtod(without_marks(p).c_str(), nullptr);
  }
  return true;
}

std::optional<core::value> integer(std::string_view s) {
  bool negative = s[0] == '-';
  if (in(s[0], "+-")) s.remove_prefix(1);
  if (s.empty() || !digit(s[0])) return std::nullopt;
  auto read = [&](std::string_view digits, unsigned base) -> std::optional<core::value> {
    auto plain = without_marks(digits);
    auto v = core::integer_from_digits(plain.empty() ? "0" : plain, base);
    if (v && negative) v = core::negate_integer(*v);
    return v;
  };
  if (s == "0") return core::value(0);
  if (s.starts_with("0b"))
    return s.size() > 2 && s.find_first_not_of("01_", 2) == s.npos ? read(s.substr(2), 2) : std::nullopt;
  if (s.starts_with("0x"))
    return s.size() > 2 && s.find_first_not_of("0123456789abcdefABCDEF_", 2) == s.npos ? read(s.substr(2), 16)
                                                                                       : std::nullopt;
  if (s[0] == '0') return s.find_first_not_of("01234567_") == s.npos ? read(s.substr(1), 8) : std::nullopt;
  if (s.find_first_not_of("0123456789_") == s.npos) return read(s, 10);
  double d = 0;
  if (!sexagesimal(s, d, false) || d > 9e15) return std::nullopt;
  return core::value(static_cast<std::int64_t>(negative ? -d : d));
}

std::optional<core::value> real(std::string_view s) {
  for (std::string_view n : {".nan", ".NaN", ".NAN"})
    if (s == n) return core::value(std::nan(""));
  bool negative = s[0] == '-', sign = in(s[0], "+-");
  auto body = sign ? s.substr(1) : s;
  for (std::string_view n : {".inf", ".Inf", ".INF"})
    if (body == n) return core::value(negative ? -INFINITY : INFINITY);
  auto dot = body.find('.');
  if (dot == body.npos || (dot == 0 && sign)) return std::nullopt;
  auto exponent = body.find_first_of("eE");
  auto whole = body.substr(0, dot),
       fraction = body.substr(dot + 1, exponent == body.npos ? exponent : exponent - dot - 1);
  double d = 0;
  if (body.find(':') != body.npos) {
    if (!sexagesimal(body, d, true)) return std::nullopt;
    return core::value(negative ? -d : d);
  }
  if (exponent != body.npos && exponent < dot) return std::nullopt;
  if (whole.find_first_not_of("0123456789_") != whole.npos ||
      fraction.find_first_not_of("0123456789_") != fraction.npos)
    return std::nullopt;
  if (dot == 0 ? fraction.empty() || !digit(fraction[0]) : !digit(whole[0])) return std::nullopt;
  if (exponent != body.npos) {
    auto e = body.substr(exponent + 1);
    if (e.size() < 2 || !in(e[0], "+-") || e.find_first_not_of("0123456789", 1) != e.npos)
      return std::nullopt;
  }
  d = std::strtod(without_marks(body).c_str(), nullptr);
  return core::value(negative ? -d : d);
}

/// Reads 1..most digits.
bool number(std::string_view s, std::size_t& at, std::size_t least, std::size_t most, int& out) {
  auto from = at;
  out = 0;
  while (at < s.size() && at - from < most && digit(s[at])) out = out * 10 + (s[at++] - '0');
  return at - from >= least;
}

std::optional<core::value> timestamp(std::string_view s) {
  std::size_t at = 0;
  int y, mo, d, h, mi, sec;
  if (s.size() < 8 || !number(s, at, 4, 4, y) || at >= s.size() || s[at++] != '-') return std::nullopt;
  auto from = at;
  if (!number(s, at, 1, 2, mo) || at >= s.size() || s[at++] != '-') return std::nullopt;
  bool two = at - from == 3;
  from = at;
  if (!number(s, at, 1, 2, d)) return std::nullopt;
  two = two && at - from == 2;
  if (mo < 1 || mo > 12 || d < 1 || d > 31) return std::nullopt;
  core::date day{y, static_cast<std::uint8_t>(mo), static_cast<std::uint8_t>(d)};
  if (civil_from_days(days_from_civil(day)) != day) return std::nullopt;
  if (at == s.size()) return two ? std::optional(core::value(day)) : std::nullopt;
  if (in(s[at], "Tt"))
    ++at;
  else if (in(s[at], " \t"))
    while (at < s.size() && in(s[at], " \t")) ++at;
  else
    return std::nullopt;
  auto colon = [&] { return at < s.size() && s[at++] == ':'; };
  if (!number(s, at, 1, 2, h) || !colon() || !number(s, at, 2, 2, mi) || !colon() ||
      !number(s, at, 2, 2, sec))
    return std::nullopt;
  if (h > 23 || mi > 59 || sec > 59) return std::nullopt;
  core::datetime t{
      day, static_cast<std::uint8_t>(h), static_cast<std::uint8_t>(mi), static_cast<std::uint8_t>(sec),
      0,   core::datetime::naive};
  if (at < s.size() && s[at] == '.') {
    int micro = 0, n = 0;
    for (++at; at < s.size() && digit(s[at]); ++at, ++n)
      if (n < 6) micro = micro * 10 + (s[at] - '0');
    for (; n < 6; ++n) micro *= 10;
    t.microsecond = static_cast<std::uint32_t>(micro);
  }
  while (at < s.size() && in(s[at], " \t")) ++at;
  if (at == s.size()) return core::value(t);
  if (s[at] == 'Z') return t.offset = 0, ++at == s.size() ? std::optional(core::value(t)) : std::nullopt;
  if (!in(s[at], "+-")) return std::nullopt;
  bool minus = s[at++] == '-';
  int oh, om = 0;
  if (!number(s, at, 1, 2, oh)) return std::nullopt;
  if (at < s.size() && (s[at++] != ':' || !number(s, at, 2, 2, om))) return std::nullopt;
  if (at != s.size()) return std::nullopt;
  t.offset = (oh * 3600 + om * 60) * (minus ? -1 : 1);
  return core::value(t);
}

} // namespace

core::value resolve_plain(std::string_view s) {
  if (s.empty() || s == "~" || s == "null" || s == "Null" || s == "NULL") return {};
  for (std::string_view w : {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
    if (s == w) return true;
  for (std::string_view w : {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
    if (s == w) return false;
  if (digit(s[0]) || in(s[0], "+-.")) {
    if (auto v = integer(s)) return *v;
    if (auto v = real(s)) return *v;
    if (auto v = timestamp(s)) return *v;
  }
  return text(s);
}

} // namespace mito::templating

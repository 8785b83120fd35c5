// format(value, spec): Python's format specification.
#include "templating/format_spec.hpp"

#include <cmath>
#include <cstdio>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::templating {

bool read_digits(std::string_view s, std::size_t& at, std::int64_t& out) {
  auto from = at;
  out = 0;
  for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at)
    if (out < 100'000'000) out = out * 10 + (s[at] - '0');
  return at > from;
}

std::string_view sign_text(bool negative, char wanted) {
  return negative ? "-" : wanted == '+' ? "+" : wanted == ' ' ? " " : "";
}

std::string_view first_code_points(std::string_view s, std::int64_t n) {
  std::size_t at = 0;
  for (std::int64_t i = 0; i < n && at < s.size(); ++i) core::next_utf8(s, at);
  return s.substr(0, at);
}

std::string ascii_repr(machine& m, const core::value& v) {
  auto plain = repr(m, v);
  std::string out;
  for (std::size_t at = 0; at < plain.size();) {
    auto c = core::next_utf8(plain, at).value_or(0xFFFD);
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    char escape[12];
    std::snprintf(escape, sizeof escape, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x",
                  static_cast<unsigned>(c));
    out += escape;
  }
  return out;
}

std::string real_digits(double d, char type, std::int64_t precision, bool alternate) {
  d = std::fabs(d);
  bool upper = type == 'E' || type == 'F' || type == 'G';
  if (std::isinf(d)) return upper ? "INF" : "inf";
  if (std::isnan(d)) return upper ? "NAN" : "nan";
  if (!type) {
    std::string out;
    if (precision < 0) {
      core::append_real(out, d);
      return out;
    }
    type = 'g';
  }
  if (precision < 0) precision = 6;
  precision = std::min<std::int64_t>(precision, 400);
  char style = type == '%' ? 'f' : type == 'n' ? 'g' : type;
  const char plain[] = {'%', '.', '*', style, 0}, marked[] = {'%', '#', '.', '*', style, 0};
  char buffer[800];
  std::snprintf(buffer, sizeof buffer, alternate ? marked : plain, static_cast<int>(precision),
                type == '%' ? d * 100 : d);
  return buffer;
}

void append_padded(machine& m, std::string& out, const format_spec& s, std::string_view sign,
                   std::string_view body, char otherwise) {
  char align = s.align ? s.align : otherwise;
  auto size = static_cast<std::int64_t>(core::count_code_points(sign) + core::count_code_points(body));
  if (s.width > size && !m.fits(0, static_cast<std::size_t>(s.width))) return;
  auto pad = s.width > size ? s.width - size : 0;
  auto put = [&](std::int64_t n) {
    while (n-- > 0) out += s.fill;
  };
  if (align == '>') put(pad);
  if (align == '^') put(pad / 2);
  out += sign;
  if (align == '=') put(pad);
  out += body;
  if (align == '<') put(pad);
  if (align == '^') put(pad - pad / 2);
}

namespace {

bool is_align(char c) {
  return c == '<' || c == '>' || c == '=' || c == '^';
}

bool fail(machine& m, std::string message) {
  m.fail("value", std::move(message));
  return false;
}

bool unknown_code(machine& m, std::uint32_t type, const core::value& v) {
  char shown[16];
  if (type > 32 && type < 128)
    std::snprintf(shown, sizeof shown, "%c", static_cast<char>(type));
  else
    std::snprintf(shown, sizeof shown, "\\x%x", static_cast<unsigned>(type));
  return fail(m, std::string("Unknown format code '") + shown + "' for object of type '" + type_of(v) + "'");
}

bool read_grouping(machine& m, std::string_view s, std::size_t& at, format_spec& out) {
  for (; at < s.size() && (s[at] == ',' || s[at] == '_'); ++at) {
    if (out.grouping && out.grouping != s[at]) return fail(m, "Cannot specify both ',' and '_'.");
    if (out.grouping) return true;
    out.grouping = s[at];
  }
  return true;
}

/// `by_default` is the alignment of the value's type.
bool read_spec(machine& m, std::string_view s, char by_default, format_spec& out) {
  std::size_t at = 0, first = 0;
  if (!s.empty()) core::next_utf8(s, first);
  bool filled = first && first < s.size() && is_align(s[first]);
  if (filled) {
    out.fill = s.substr(0, first);
    out.align = s[first];
    at = first + 1;
  } else if (!s.empty() && is_align(s[0])) {
    out.align = s[at++];
  }
  if (at < s.size() && (s[at] == '+' || s[at] == '-' || s[at] == ' ')) out.sign = s[at++];
  if (at < s.size() && s[at] == 'z') out.no_negative_zero = true, ++at;
  if (at < s.size() && s[at] == '#') out.alternate = true, ++at;
  if (!filled && at < s.size() && s[at] == '0') {
    ++at;
    out.fill = "0";
    if (!out.align && by_default == '>') out.align = '=';
  }
  auto from = at;
  if (!read_digits(s, at, out.width)) out.width = -1;
  if (at - from > 18) return fail(m, "Too many decimal digits in format string");
  if (!read_grouping(m, s, at, out)) return false;
  if (at < s.size() && s[at] == '.') {
    ++at;
    from = at;
    if (!read_digits(s, at, out.precision)) return fail(m, "Format specifier missing precision");
    if (at - from > 18) return fail(m, "Too many decimal digits in format string");
  }
  if (at < s.size()) out.type = core::next_utf8(s, at).value_or(0xFFFD);
  return at == s.size() || fail(m, "Invalid format specifier");
}

/// Thousands' marks, and zeros in front up to `least` characters.
std::string grouped(std::string_view number, char mark, unsigned every, std::int64_t least) {
  auto end = number.find_first_not_of("0123456789abcdefABCDEF");
  if (every == 3) end = number.find_first_not_of("0123456789");
  auto rest = end == number.npos ? std::string_view() : number.substr(end);
  std::string whole(number.substr(0, end));
  auto size = [&] { return whole.size() + (mark ? (whole.size() - 1) / every : 0) + rest.size(); };
  if (whole.empty()) return std::string(number);
  while (static_cast<std::int64_t>(size()) < least) whole.insert(whole.begin(), '0');
  std::string out;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i && mark && (whole.size() - i) % every == 0) out += mark;
    out += whole[i];
  }
  return out += rest;
}

/// A number's digits, grouped, with zeros right behind the sign where they were asked for.
void append_number(machine& m, std::string& out, const format_spec& s, std::string sign, std::string_view digits,
                   unsigned every, std::string_view tail = {}) {
  bool zeros = s.fill == "0" && s.align == '=';
  if (s.width > 0 && !m.fits(0, static_cast<std::size_t>(s.width))) return;
  auto least = zeros ? s.width - static_cast<std::int64_t>(sign.size() + tail.size()) : 0;
  auto body = s.grouping ? grouped(digits, s.grouping, every, least) : std::string(digits);
  append_padded(m, out, s, sign, body += tail, '>');
}

bool grouping_allowed(machine& m, format_spec s, bool string) {
  if (!s.grouping) return true;
  if (string && !s.type) s.type = 's';
  std::string_view any = "defgEG%F", underscore = "boxX";
  auto in = [&](std::string_view set) { return s.type < 0x80 && set.find(static_cast<char>(s.type)) != set.npos; };
  if (!s.type || in(any) || (s.grouping == '_' && in(underscore))) return true;
  std::string type;
  core::append_utf8(type, s.type);
  return fail(m, std::string("Cannot specify '") + s.grouping + "' with '" + type + "'.");
}

void format_character(machine& m, std::string& out, const core::value& v, const format_spec& s) {
  if (s.sign) return void(fail(m, "Sign not allowed with integer format specifier 'c'"));
  if (s.alternate) return void(fail(m, "Alternate form (#) not allowed with integer format specifier 'c'"));
  if (v.kind() == core::kind::big_integer || v.as_int() < 0 || v.as_int() >= 0x110000)
    return void(m.fail("overflow", "%c arg not in range(0x110000)"));
  std::string one;
  core::append_utf8(one, static_cast<std::uint32_t>(v.as_int()));
  append_padded(m, out, s, "", one, '>');
}

void format_integer(machine& m, std::string& out, const core::value& v, const format_spec& s) {
  if (s.precision >= 0) return void(fail(m, "Precision not allowed in integer format specifier"));
  if (s.no_negative_zero)
    return void(fail(m, "Negative zero coercion (z) not allowed in integer format specifier"));
  if (s.type == 'c') return format_character(m, out, v, s);
  unsigned base = s.type == 'x' || s.type == 'X' ? 16 : s.type == 'o' ? 8 : s.type == 'b' ? 2 : 10;
  auto all = core::integer_digits(v.is_bool() ? core::value(v.as_int()) : v, base);
  bool negative = all[0] == '-';
  if (negative) all.erase(0, 1);
  if (s.type == 'X')
    for (char& c : all)
      if (c >= 'a') c = static_cast<char>(c - 32);
  std::string sign(sign_text(negative, s.sign));
  if (s.alternate && base != 10) sign += std::string("0") + static_cast<char>(s.type);
  append_number(m, out, s, std::move(sign), all, base == 10 ? 3 : 4);
}

void format_real(machine& m, std::string& out, double d, const format_spec& s) {
  auto type = static_cast<char>(s.type);
  if (s.precision > 2147483647 / 2) return void(fail(m, "precision too big"));
  auto body = real_digits(d, type, s.precision, s.alternate);
  if (!type && s.precision >= 0 && body.find_first_of(".en") == body.npos) body += ".0";
  bool negative = std::signbit(d) && !std::isnan(d);
  if (negative && s.no_negative_zero && body.find_first_of("123456789n") == body.npos) negative = false;
  append_number(m, out, s, std::string(sign_text(negative, s.sign)), body, 3, type == '%' ? "%" : "");
}

void format_text(machine& m, std::string& out, std::string_view body, const format_spec& s) {
  if (s.sign)
    return void(fail(m, s.sign == ' ' ? "Space not allowed in string format specifier"
                                      : "Sign not allowed in string format specifier"));
  if (s.no_negative_zero)
    return void(fail(m, "Negative zero coercion (z) not allowed in string format specifier"));
  if (s.alternate) return void(fail(m, "Alternate form (#) not allowed in string format specifier"));
  if (s.align == '=') return void(fail(m, "'=' alignment not allowed in string format specifier"));
  append_padded(m, out, s, "", s.precision >= 0 ? first_code_points(body, s.precision) : body, '<');
}

} // namespace

void append_formatted(machine& m, std::string& out, const core::value& v, std::string_view spec_text) {
  if (spec_text.empty()) return append_str(m, out, v);
  if (v.kind() == core::kind::datetime || v.kind() == core::kind::date) {
    auto* def = find_method(v, "strftime");
    out += invoke(m, *def, v, {text(spec_text)}, {}).as_string();
    return;
  }
  bool integral = core::is_integral(v);
  if (!integral && !v.is_real() && !v.is_string())
    return void(m.fail_type("unsupported format string passed to " + type_of(v) + ".__format__"));
  format_spec s;
  if (!read_spec(m, spec_text, v.is_string() ? '<' : '>', s) || !grouping_allowed(m, s, v.is_string())) return;
  std::string_view real_types = "eEfFgG%", integer_types = "bcdoxXn";
  auto is = [&](std::string_view set) { return s.type < 0x80 && set.find(static_cast<char>(s.type)) != set.npos; };
  if (v.is_string())
    return s.type && s.type != 's' ? void(unknown_code(m, s.type, v)) : format_text(m, out, v.as_string(), s);
  if (integral && (!s.type || is(integer_types))) return format_integer(m, out, v, s);
  if (!is(real_types) && !(v.is_real() && (!s.type || s.type == 'n'))) return void(unknown_code(m, s.type, v));
  double d = real(m, v);
  if (integral && std::isinf(d)) return void(m.fail("overflow", "int too large to convert to float"));
  format_real(m, out, d, s);
}

} // namespace mito::templating

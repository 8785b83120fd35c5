// Numbers: jinja2's and Ansible's.
#include <cmath>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

/// float(text), underscores and "inf"/"nan" included.
std::optional<double> parse_real(std::string_view s) {
  std::string digits;
  s = stripped(s, std::nullopt);
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '_') {
      if (i == 0 || i + 1 == s.size() || s[i - 1] < '0' || s[i - 1] > '9' || s[i + 1] < '0' || s[i + 1] > '9')
        return std::nullopt;
      continue;
    }
    digits += s[i];
  }
  if (digits.empty() || digits.find_first_of("xXpP") != digits.npos || digits.find("(") != digits.npos)
    return std::nullopt;
  char* end = nullptr;
  double d = std::strtod(digits.c_str(), &end);
  return *end ? std::nullopt : std::optional(d);
}

/// int(text, base).
std::optional<core::value> parse_integer(std::string_view s, unsigned base) {
  s = stripped(s, std::nullopt);
  std::string digits;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '_' && i > 0 && i + 1 < s.size() && s[i + 1] != '_') continue;
    digits += s[i];
  }
  std::string sign = !digits.empty() && (digits[0] == '-' || digits[0] == '+') ? digits.substr(0, 1) : "";
  auto body = digits.substr(sign.size());
  if (body.empty() || body[0] == '-' || body[0] == '+') return std::nullopt;
  char mark = body.size() > 2 && body[0] == '0' ? static_cast<char>(body[1] | 32) : '\0';
  unsigned own = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 0;
  if (own && (base == own || base == 0)) {
    body = body.substr(2);
    base = own;
  }
  if (base == 0) base = 10;
  return core::integer_from_digits(sign + body, base);
}

core::value do_int(call& c) {
  auto base = c.has(1) ? index(c.m, c[1]) : 10;
  core::value otherwise = c.has(0) ? c[0] : core::value(0);
  auto& v = c.self;
  if (v.is_undefined())
    return c.m.env().undefined == undefined_mode::ansible || c.m.env().undefined == undefined_mode::strict
               ? c.m.undefined_error(v)
               : otherwise;
  if (v.is_bool()) return v.as_int();
  if (core::is_integral(v)) return v;
  std::optional<double> d;
  if (v.is_real()) d = v.as_real();
  if (v.is_string()) {
    if (base >= 0 && base <= 36 && base != 1)
      if (auto i = parse_integer(v.as_string(), static_cast<unsigned>(base))) return *i;
    d = parse_real(v.as_string());
  }
  if (!d || std::isnan(*d)) return otherwise;
  if (std::isinf(*d)) return c.m.fail("overflow", "cannot convert float infinity to integer");
  return core::double_to_integer(*d);
}

core::value do_float(call& c) {
  auto& v = c.self;
  core::value otherwise = c.has(0) ? c[0] : core::value(0.0);
  if (v.is_undefined())
    return c.m.env().undefined == undefined_mode::ansible || c.m.env().undefined == undefined_mode::strict
               ? c.m.undefined_error(v)
               : otherwise;
  if (v.is_real()) return v;
  if (core::is_integral(v)) return core::integer_to_double(v);
  if (v.is_string())
    if (auto d = parse_real(v.as_string())) return *d;
  return otherwise;
}

core::value do_abs(call& c) {
  if (core::is_integral(c.self))
    return core::compare_integers(c.self, core::value(0)) < 0 ? core::negate_integer(c.self)
                                                              : positive(c.m, c.self);
  if (c.self.is_real()) return std::fabs(c.self.as_real());
  if (c.self.kind() == core::kind::timedelta)
    return core::value(core::timedelta{std::abs(c.self.as_timedelta().microseconds)});
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  return c.m.fail_type("bad operand type for abs(): '" + type_of(c.self) + "'");
}

/// Python's round(): correctly rounded decimal, halves to even.
double rounded(double d, std::int64_t digits) {
  if (d - d != 0 || digits > 300) return d;
  if (digits < -308) return std::copysign(0.0, d);
  if (digits < 0) {
    double unit = std::pow(10.0, static_cast<double>(-digits));
    return std::nearbyint(d / unit) * unit;
  }
  char buffer[700];
  std::snprintf(buffer, sizeof buffer, "%.*f", static_cast<int>(digits), d);
  return std::strtod(buffer, nullptr);
}

core::value do_round(call& c) {
  auto precision = c.has(0) ? index(c.m, c[0]) : 0;
  auto method = c.has(1) ? str(c.m, c[1]) : "common";
  if (c.m.failed()) return {};
  if (method != "common" && method != "ceil" && method != "floor")
    return c.m.fail("filter_argument", "method must be common, ceil or floor");
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_real() && !core::is_integral(c.self))
    return c.m.fail_type("type " + type_of(c.self) + " doesn't define __round__ method");
  if (method == "common") {
    if (c.self.is_real()) return rounded(c.self.as_real(), precision);
    if (precision >= 0) return positive(c.m, c.self);
    auto unit = core::power_integers(core::value(10),
                                     static_cast<std::uint64_t>(std::min<std::int64_t>(-precision, 4000)));
    if (!unit) return c.m.fail("limit", "the precision is too large");
    auto half = core::floor_divide(*unit, core::value(2)), rest = core::modulo(c.self, *unit),
         down = core::subtract_integers(c.self, *rest);
    int order = core::compare_integers(*rest, *half);
    auto odd = core::modulo(*core::floor_divide(*down, *unit), core::value(2));
    bool up = order > 0 || (order == 0 && odd->truthy());
    return up ? *core::add_integers(*down, *unit) : *down;
  }
  double unit = std::pow(10.0, static_cast<double>(precision));
  double d = real(c.m, c.self) * unit;
  d = method == "ceil" ? std::ceil(d) : std::floor(d);
  // math.ceil() gives an int, and int / int is true division.
  return d / unit;
}

core::value domain(call& c, double d) {
  if (std::isnan(d)) return c.m.fail("value", "math domain error");
  return d;
}

core::value do_log(call& c) {
  core::value base = c.has(0) ? c[0] : core::value(std::exp(1.0));
  for (auto* v : {&c.self, static_cast<const core::value*>(&base)}) {
    if (v->is_undefined()) return c.m.undefined_error(*v);
    if (!v->is_real() && !core::is_integral(*v))
      return filter_type_error(c, "log() can only be used on numbers: must be real number, not " +
                                      type_of(*v));
  }
  double x = real(c.m, c.self), b = real(c.m, base);
  if (x <= 0) return c.m.fail("value", "math domain error");
  if (b == 10) return std::log10(x);
  if (!c.has(0)) return std::log(x) / std::log(b);
  if (std::log(b) == 0) return c.m.fail("zero_division", "float division by zero");
  return std::log(x) / std::log(b);
}

core::value do_pow(call& c) {
  for (auto* v : {&c.self, static_cast<const core::value*>(&c[0])}) {
    if (v->is_undefined()) return c.m.undefined_error(*v);
    if (!v->is_real() && !core::is_integral(*v))
      return filter_type_error(c, "pow() can only be used on numbers: must be real number, not " +
                                      type_of(*v));
  }
  return domain(c, std::pow(real(c.m, c.self), real(c.m, c[0])));
}

core::value do_root(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_real() && !core::is_integral(c.self))
    return filter_type_error(c, "root() can only be used on numbers: must be real number, not " +
                                    type_of(c.self));
  double base = 2;
  if (c.has(0)) {
    auto d = c[0].is_string() ? parse_real(c[0].as_string()) : std::optional(real(c.m, c[0]));
    if (!d)
      return filter_type_error(c, "root() can only be used on numbers: could not convert string to float: " +
                                      core::to_repr(c[0]));
    base = *d;
  }
  if (c.m.failed()) return {};
  if (base == 0) return c.m.fail("zero_division", "float division by zero");
  double x = real(c.m, c.self);
  double r = base == 2 ? std::sqrt(x) : std::pow(x, 1.0 / base);
  if (std::isnan(r)) return filter_type_error(c, "root() can only be used on numbers: math domain error");
  return r;
}

constexpr std::string_view suffixes = "YZEPTGMKB";
double unit_size(std::size_t at) {
  return std::pow(2.0, 10.0 * static_cast<double>(8 - at));
}

core::value do_human_readable(call& c) {
  bool bits = c.has(0) && truth(c.m, c[0]);
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_real() && !core::is_integral(c.self))
    return filter_type_error(
        c, "human_readable() failed on bad input: '>=' not supported between instances of '" +
               type_of(c.self) + "' and 'int'");
  double size = real(c.m, c.self);
  std::string unit = c.has(1) && !c[1].is_none() ? str(c.m, c[1]) : "";
  std::size_t at = 0;
  for (; at < 8; ++at)
    if (c[1].is_none() ? size >= unit_size(at) : unit.size() == 1 && (unit[0] & ~32) == suffixes[at]) break;
  std::string out;
  append_formatted(c.m, out, core::value(size / unit_size(at)), ".2f");
  std::string base = bits ? "bits" : "Bytes";
  return text(out + " " + (at < 8 ? std::string(1, suffixes[at]) + base[0] : base));
}

core::value do_human_to_bytes(call& c) {
  bool bits = c.has(1) && truth(c.m, c[1]);
  auto s = str(c.m, c.self);
  if (c.m.failed()) return {};
  auto fail = [&] { return filter_error(c, "human_to_bytes() can't interpret following string: " + s); };
  auto rest = stripped(s, std::nullopt, 1);
  std::size_t n = 0;
  bool dot = false;
  while (n < rest.size() && ((rest[n] >= '0' && rest[n] <= '9') || (rest[n] == '.' && !dot)))
    dot = dot || rest[n] == '.', ++n;
  auto number = parse_real(rest.substr(0, n));
  if (!number) return fail();
  rest = stripped(rest.substr(n), std::nullopt, 1);
  std::size_t letters = 0;
  while (letters < rest.size() && (rest[letters] | 32) >= 'a' && (rest[letters] | 32) <= 'z') ++letters;
  std::string unit(rest.substr(0, letters));
  if (unit.empty()) unit = c.has(0) && !c[0].is_none() ? str(c.m, c[0]) : "";
  if (unit.empty()) return core::double_to_integer(std::nearbyint(*number));
  auto at = suffixes.find(static_cast<char>(unit[0] & ~32));
  if (at == suffixes.npos) return fail();
  if (unit.size() > 1 && core::lower(unit).find(bits ? "bit" : "byte") == unit.npos &&
      unit[1] != (bits ? 'b' : 'B'))
    return fail();
  return core::double_to_integer(std::nearbyint(*number * unit_size(at)));
}

constexpr function_def rows[] = {
    {"int", do_int, "default= base=", 0, "do_int"},
    {"float", do_float, "default=", 0, "do_float"},
    {"abs", do_abs, ""},
    {"round", do_round, "precision= method=", 0, "do_round"},
    {"log", do_log, "base=", function_ansible, "logarithm"},
    {"pow", do_pow, "y", function_ansible, "power"},
    {"root", do_root, "base=", function_ansible, "inversepower"},
    {"human_readable", do_human_readable, "isbits= unit=", function_ansible},
    {"human_to_bytes", do_human_to_bytes, "default_unit= isbits=", function_ansible},
};

} // namespace

constinit const function_table math_filters = rows;

} // namespace mito::templating

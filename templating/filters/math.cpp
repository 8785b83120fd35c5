// Numbers: jinja2's and Ansible's.
#include <cmath>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

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
  if (v.is_undefined()) return c.m.undefined_error(v);
  if (v.is_bool()) return v.as_int();
  if (core::is_integral(v)) return v;
  std::optional<double> d;
  if (v.is_real()) d = v.as_real();
  if (v.is_string()) {
    if (base >= 0 && base <= 36 && base != 1)
      if (auto i = parse_integer(v.as_string(), static_cast<unsigned>(base))) return *i;
    d = parse_float(v.as_string());
  }
  if (!d || std::isnan(*d)) return otherwise;
  if (std::isinf(*d)) return c.m.fail("overflow", "cannot convert float infinity to integer");
  return core::double_to_integer(*d);
}

core::value do_float(call& c) {
  auto& v = c.self;
  core::value otherwise = c.has(0) ? c[0] : core::value(0.0);
  if (v.is_undefined()) return c.m.undefined_error(v);
  if (v.is_real()) return v;
  if (core::is_integral(v)) return core::integer_to_double(v);
  if (v.is_string())
    if (auto d = parse_float(v.as_string())) return *d;
  return otherwise;
}

core::value do_abs(call& c) {
  if (core::is_integral(c.self))
    return core::compare_integers(c.self, core::value(0)) < 0 ? core::negate_integer(c.self)
                                                              : positive(c.m, c.self);
  if (c.self.is_real()) return std::fabs(c.self.as_real());
  if (c.self.kind() == core::kind::timedelta)
    return core::value(core::timedelta{std::abs(c.self.as_timedelta().microseconds)});
  return c.m.fail_type("bad operand type for abs(): '" + type_of(c.m, c.self) + "'");
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

/// round(n, -k) of an integer.
core::value rounded_integer(call& c, std::int64_t precision) {
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

core::value do_round(call& c) {
  auto method = c.has(1) ? str(c.m, c[1]) : "common";
  if (c.m.failed()) return {};
  if (method != "common" && method != "ceil" && method != "floor")
    return c.m.fail("filter_argument", "method must be common, ceil or floor");
  bool number = c.self.is_real() || core::is_integral(c.self);
  if (method == "common") {
    if (!number) return c.m.fail_type("type " + type_of(c.m, c.self) + " doesn't define __round__ method");
    auto precision = c.has(0) ? index(c.m, c[0]) : 0;
    if (c.m.failed()) return {};
    return c.self.is_real() ? core::value(rounded(c.self.as_real(), precision)) : rounded_integer(c, precision);
  }
  // math.ceil() and math.floor() give integers, and the division by a power of ten is a true one.
  auto unit = binary(c.m, op::power, core::value(10), c.has(0) ? c[0] : core::value(0));
  if (c.m.failed()) return {};
  auto scaled = binary(c.m, op::multiply, c.self, unit);
  if (c.m.failed()) return {};
  if (!scaled.is_real() && !core::is_integral(scaled))
    return c.m.fail_type("must be real number, not " + type_of(c.m, scaled));
  if (scaled.is_real()) {
    double d = scaled.as_real();
    if (d - d != 0)
      return std::isnan(d) ? c.m.fail("value", "cannot convert float NaN to integer")
                           : c.m.fail("overflow", "cannot convert float infinity to integer");
    scaled = core::double_to_integer(method == "ceil" ? std::ceil(d) : std::floor(d));
  }
  return binary(c.m, op::divide, scaled, unit);
}

/// A number for one of math's functions; `what` starts the message of the TypeError.
bool math_number(call& c, const core::value& v, std::string_view what, double& out) {
  if (v.is_undefined()) return c.m.undefined_error(v), false;
  if (!v.is_real() && !core::is_integral(v))
    return filter_type_error(c, std::string(what) + "() can only be used on numbers: must be real number, not " +
                                    type_of(v)),
           false;
  out = real(c.m, v);
  if (std::isinf(out) && !v.is_real()) return c.m.fail("overflow", "int too large to convert to float"), false;
  return !c.m.failed();
}

core::value domain_error(call& c) {
  return c.m.fail("value", "math domain error");
}

core::value do_log(call& c) {
  double x = 0, base = std::exp(1.0);
  bool whole = c.self.kind() == core::kind::big_integer; // whose logarithm is known however large it is
  if (whole ? c.self.as_string().starts_with('-') : !math_number(c, c.self, "log", x)) return domain_error(c);
  if (!whole && x <= 0) return domain_error(c);
  if (c.has(0) && !math_number(c, c[0], "log", base)) return {};
  double top = whole ? static_cast<double>(c.self.as_string().size() - 1) * std::log(10.0) +
                           std::log(std::strtod(("0." + std::string(c.self.as_string().substr(0, 17))).c_str(), nullptr) * 10)
                     : std::log(x);
  if (base == 10) return whole ? top / std::log(10.0) : std::log10(x);
  if (base <= 0) return domain_error(c);
  if (std::log(base) == 0) return c.m.fail("zero_division", "float division by zero");
  return top / std::log(base);
}

core::value raised(call& c, double x, double y) {
  double r = std::pow(x, y);
  if (std::isnan(r) && !std::isnan(x) && !std::isnan(y)) return domain_error(c);
  if (std::isinf(r) && std::isfinite(x) && std::isfinite(y))
    return x == 0 ? domain_error(c) : c.m.fail("overflow", "math range error");
  return r;
}

core::value do_pow(call& c) {
  double x = 0, y = 0;
  if (!math_number(c, c.self, "pow", x) || !math_number(c, c[0], "pow", y)) return {};
  return raised(c, x, y);
}

core::value do_root(call& c) {
  double base = c.has(0) ? to_float(c.m, c[0]) : 2, x = 0;
  core::value r;
  if (!c.m.failed() && base == 0) return c.m.fail("zero_division", "float division by zero");
  if (!c.m.failed() && math_number(c, c.self, "root", x))
    r = base == 2 ? (x < 0 ? domain_error(c) : core::value(std::sqrt(x))) : raised(c, x, 1.0 / base);
  if (!c.m.failed()) return r;
  auto& e = c.m.error();
  if (e.what().category != "value" && e.what().category != "type") return {};
  auto why = e.message();
  c.m.clear_error();
  return filter_type_error(c, "root() can only be used on numbers: " + why);
}

constexpr std::string_view suffixes = "YZEPTGMKB";
double unit_size(std::size_t at) {
  return std::pow(2.0, 10.0 * static_cast<double>(8 - at));
}

core::value do_human_readable(call& c) {
  bool bits = c.has(0) && truth(c.m, c[0]), fixed = c.has(1) && !c[1].is_none();
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  auto fail = [&] { return filter_error(c, "human_readable() can't interpret following string: " + str(c.m, c.self)); };
  if (fixed && !c[1].is_string()) return fail();
  if (!c.self.is_real() && !core::is_integral(c.self))
    return filter_type_error(c, "human_readable() failed on bad input: " +
                                    (fixed ? "unsupported operand type(s) for /: '" + type_of(c.self) + "' and 'int'"
                                           : "'>=' not supported between instances of '" + type_of(c.self) +
                                                 "' and 'int'"));
  double size = real(c.m, c.self);
  auto unit = upper(c[1].as_string());
  std::size_t at = 0;
  for (; at < 8; ++at)
    if (fixed ? unit == suffixes.substr(at, 1) : size >= unit_size(at)) break;
  std::string out;
  append_formatted(c.m, out, core::value(size / unit_size(at)), ".2f");
  std::string base = bits ? "bits" : "Bytes";
  return text(out + " " + (at < 8 ? std::string(1, suffixes[at]) + base[0] : base));
}

core::value do_human_to_bytes(call& c) {
  bool bits = c.has(1) && truth(c.m, c[1]);
  auto s = str(c.m, c.self);
  if (c.m.failed()) return {};
  if (c.self.is_tuple() && c.self.as_list().size() != 1) // Python's own slip: "…%s" % a tuple
    return c.m.fail_type(c.self.as_list().empty() ? "not enough arguments for format string"
                                                  : "not all arguments converted during string formatting");
  auto fail = [&] { return filter_error(c, "human_to_bytes() can't interpret following string: " + s); };
  auto rest = stripped(s, std::nullopt, 1);
  std::size_t n = 0;
  bool dot = false;
  while (n < rest.size() && ((rest[n] >= '0' && rest[n] <= '9') || (rest[n] == '.' && !dot)))
    dot = dot || rest[n] == '.', ++n;
  auto number = parse_float(rest.substr(0, n));
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

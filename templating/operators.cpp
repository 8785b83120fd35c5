// Arithmetic, comparison, membership.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/big_integer.hpp"
#include "core/encrypted.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

using core::is_integral;

bool number(const core::value& v) {
  return is_integral(v) || v.is_real();
}

std::string_view sign_of(op which) {
  switch (which) {
  case op::add:
    return "+";
  case op::subtract:
    return "-";
  case op::multiply:
    return "*";
  case op::divide:
    return "/";
  case op::floor_divide:
    return "//";
  case op::modulo:
    return "%";
  default:
    return "** or pow()";
  }
}

core::value unsupported(machine& m, op which, const core::value& a, const core::value& b) {
  return m.fail_type("unsupported operand type(s) for " + std::string(sign_of(which)) + ": '" +
                     std::string(core::type_name(a)) + "' and '" + std::string(core::type_name(b)) + "'");
}

core::value bounded(machine& m, std::optional<core::value> v) {
  return v ? *v : m.fail("limit", "the number would have too many digits");
}

core::value integers(machine& m, op which, const core::value& a, const core::value& b) {
  bool zero = !b.truthy() && b.kind() != core::kind::big_integer;
  switch (which) {
  case op::add:
    return bounded(m, core::add_integers(a, b));
  case op::subtract:
    return bounded(m, core::subtract_integers(a, b));
  case op::multiply:
    return bounded(m, core::multiply_integers(a, b));
  case op::divide:
    if (zero) return m.fail("zero_division", "division by zero");
    return core::integer_to_double(a) / core::integer_to_double(b);
  case op::floor_divide:
    if (zero) return m.fail("zero_division", "integer division or modulo by zero");
    return bounded(m, core::floor_divide(a, b));
  case op::modulo:
    if (zero) return m.fail("zero_division", "integer division or modulo by zero");
    return bounded(m, core::modulo(a, b));
  default:
    if (core::compare_integers(b, core::value(0)) < 0) {
      if (!a.truthy()) return m.fail("zero_division", "0.0 cannot be raised to a negative power");
      return std::pow(core::integer_to_double(a), core::integer_to_double(b));
    }
    if (b.kind() == core::kind::big_integer) return bounded(m, std::nullopt);
    return bounded(m, core::power_integers(a, static_cast<std::uint64_t>(b.as_int())));
  }
}

core::value reals(machine& m, op which, double a, double b) {
  switch (which) {
  case op::add:
    return a + b;
  case op::subtract:
    return a - b;
  case op::multiply:
    return a * b;
  case op::divide:
    if (b == 0) return m.fail("zero_division", "float division by zero");
    return a / b;
  case op::floor_divide:
  case op::modulo: {
    if (b == 0)
      return m.fail("zero_division", which == op::modulo ? "float modulo" : "float floor division by zero");
    double rest = std::fmod(a, b);
    double quotient = (a - rest) / b;
    if (rest != 0 && (b < 0) != (rest < 0)) {
      rest += b;
      quotient -= 1;
    }
    if (which == op::modulo) return rest == 0 ? std::copysign(0.0, b) : rest;
    if (quotient == 0) return std::copysign(0.0, a / b);
    double whole = std::floor(quotient);
    return quotient - whole > 0.5 ? whole + 1 : whole;
  }
  default:
    if (a == 0 && b < 0) return m.fail("zero_division", "0.0 cannot be raised to a negative power");
    return std::pow(a, b);
  }
}

core::value repeat(machine& m, const core::value& sequence, const core::value& times) {
  auto n = times.kind() == core::kind::big_integer ? INT64_MAX : std::max<std::int64_t>(0, times.as_int());
  if (sequence.is_string()) {
    auto s = sequence.as_string();
    if (!s.empty() &&
        (n > static_cast<std::int64_t>(limits::output) || !m.fits(0, s.size() * static_cast<std::size_t>(n))))
      return m.fail("limit", "the repeated string would be too large");
    std::string out;
    out.reserve(s.size() * static_cast<std::size_t>(s.empty() ? 0 : n));
    for (std::int64_t i = 0; i < n && !s.empty(); ++i) out += s;
    return text(out).with_subtype(is_markup(sequence) ? core::subtype::markup : core::subtype::plain);
  }
  auto& items = sequence.as_list();
  if (!items.empty() &&
      (n > static_cast<std::int64_t>(limits::items) || !m.fits(items.size() * static_cast<std::size_t>(n))))
    return m.fail("limit", "the repeated list would be too large");
  core::list out;
  for (std::int64_t i = 0; i < n && !items.empty(); ++i) out.insert(out.end(), items.begin(), items.end());
  return sequence.is_tuple() ? core::value::tuple(std::move(out)) : core::value(std::move(out));
}

std::string_view python_type(const core::value& v) {
  return v.is_string() && v.subtype() == core::subtype::verbatim ? "NativeJinjaText" : core::type_name(v);
}

core::value add(machine& m, const core::value& a, const core::value& b) {
  if (a.is_string() && b.is_string()) {
    bool safe = is_markup(a) || is_markup(b);
    std::string out = safe ? escape(m, a) : std::string(a.as_string());
    out += safe ? escape(m, b) : std::string(b.as_string());
    if (!m.fits(0, out.size())) return {};
    return safe ? markup(out) : text(out);
  }
  if (a.kind() == b.kind() && a.is_sequence()) {
    core::list out(a.as_list());
    if (!m.fits(out.size() + b.as_list().size()) || !m.step(out.size() / 16)) return {};
    out.insert(out.end(), b.as_list().begin(), b.as_list().end());
    return a.is_tuple() ? core::value::tuple(std::move(out)) : core::value(std::move(out));
  }
  if (a.is_string())
    return m.fail_type("can only concatenate str (not \"" + std::string(python_type(b)) + "\") to str");
  if (a.is_list() && a.subtype() == core::subtype::plain)
    return m.fail_type("can only concatenate list (not \"" + std::string(python_type(b)) + "\") to list");
  if (a.is_tuple())
    return m.fail_type("can only concatenate tuple (not \"" + std::string(python_type(b)) + "\") to tuple");
  return unsupported(m, op::add, a, b);
}

std::int64_t days_from_civil(std::int64_t y, unsigned month, unsigned day) {
  y -= month <= 2;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + static_cast<std::int64_t>(doe) - 719468;
}

std::int64_t micros(const core::value& v) {
  auto t = v.as_datetime();
  if (v.kind() == core::kind::date) t.day = v.as_date(), t.offset = core::datetime::naive;
  std::int64_t s =
      days_from_civil(t.day.year, t.day.month, t.day.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second;
  if (t.offset != core::datetime::naive) s -= t.offset;
  return s * 1000000 + t.microsecond;
}

core::datetime shifted(const core::datetime& from, std::int64_t by) {
  core::datetime naive = from;
  naive.offset = core::datetime::naive;
  std::int64_t at = micros(core::value(naive)) + by;
  std::int64_t days = at / 86400000000, rest = at % 86400000000;
  if (rest < 0) rest += 86400000000, --days;
  std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  core::datetime out = from;
  out.day.day = static_cast<std::uint8_t>(doy - (153 * mp + 2) / 5 + 1);
  out.day.month = static_cast<std::uint8_t>(mp < 10 ? mp + 3 : mp - 9);
  out.day.year = static_cast<std::int32_t>(static_cast<std::int64_t>(yoe) + era * 400 + (out.day.month <= 2));
  out.microsecond = static_cast<std::uint32_t>(rest % 1000000);
  rest /= 1000000;
  out.hour = static_cast<std::uint8_t>(rest / 3600);
  out.minute = static_cast<std::uint8_t>(rest / 60 % 60);
  out.second = static_cast<std::uint8_t>(rest % 60);
  return out;
}

bool dated(const core::value& v) {
  return v.kind() == core::kind::datetime || v.kind() == core::kind::date;
}

std::optional<core::value> dates(op which, const core::value& a, const core::value& b) {
  const bool delta_a = a.kind() == core::kind::timedelta, delta_b = b.kind() == core::kind::timedelta;
  if (which == op::subtract && a.kind() == b.kind() && dated(a))
    return core::value(core::timedelta{micros(a) - micros(b)});
  if (which == op::add && delta_a && delta_b)
    return core::value(core::timedelta{a.as_timedelta().microseconds + b.as_timedelta().microseconds});
  if (which == op::subtract && delta_a && delta_b)
    return core::value(core::timedelta{a.as_timedelta().microseconds - b.as_timedelta().microseconds});
  if (which == op::add && delta_a && dated(b)) return dates(which, b, a);
  if ((which == op::add || which == op::subtract) && dated(a) && delta_b) {
    auto by = b.as_timedelta().microseconds * (which == op::add ? 1 : -1);
    core::datetime from = a.as_datetime();
    if (a.kind() == core::kind::date) from = {a.as_date(), 0, 0, 0, 0, core::datetime::naive};
    auto to = shifted(from, by);
    return a.kind() == core::kind::date ? core::value(to.day) : core::value(to);
  }
  if (which == op::multiply && delta_a && b.is_int())
    return core::value(core::timedelta{a.as_timedelta().microseconds * b.as_int()});
  return std::nullopt;
}

/// Sets: union and the like by operators.
core::value set_operation(op which, const core::value& a, const core::value& b) {
  core::list out;
  auto in = [](const core::list& l, const core::value& v) {
    return std::find(l.begin(), l.end(), v) != l.end();
  };
  for (auto& i : a.as_list())
    if (which == op::subtract && !in(b.as_list(), i)) out.push_back(i);
  return core::value(std::move(out)).with_subtype(core::subtype::set);
}

} // namespace

core::value binary(machine& m, op which, const core::value& a, const core::value& b) {
  if (a.is_int() && b.is_int()) return integers(m, which, a, b);
  if (core::as_encrypted(a) || core::as_encrypted(b)) {
    auto x = unwrapped(m, a), y = unwrapped(m, b);
    return m.failed() ? core::value() : binary(m, which, x, y);
  }
  if (a.is_undefined()) return m.undefined_error(a);
  if (b.is_undefined() && !(which == op::modulo && a.is_string())) return m.undefined_error(b);
  if (is_integral(a) && is_integral(b)) return integers(m, which, a, b);
  if (number(a) && number(b)) return reals(m, which, real(m, a), real(m, b));
  if (which == op::modulo && a.is_string()) return percent_format(m, a, b);
  if (auto v = dates(which, a, b)) return *v;
  if (which == op::add) return add(m, a, b);
  if (which == op::multiply) {
    if ((a.is_string() || a.is_sequence()) && is_integral(b)) return repeat(m, a, b);
    if ((b.is_string() || b.is_sequence()) && is_integral(a)) return repeat(m, b, a);
    if (a.is_string() || a.is_sequence())
      return m.fail_type("can't multiply sequence by non-int of type '" + std::string(python_type(b)) + "'");
    if (b.is_string() || b.is_sequence())
      return m.fail_type("can't multiply sequence by non-int of type '" + std::string(python_type(a)) + "'");
  }
  if (which == op::subtract && a.is_list() && b.is_list() && a.subtype() == core::subtype::set)
    return set_operation(which, a, b);
  return unsupported(m, which, a, b);
}

core::value negative(machine& m, const core::value& v) {
  if (is_integral(v)) return core::negate_integer(v);
  if (v.is_real()) return -v.as_real();
  if (v.kind() == core::kind::timedelta) return core::value(core::timedelta{-v.as_timedelta().microseconds});
  if (v.is_undefined()) return m.undefined_error(v);
  return m.fail_type("bad operand type for unary -: '" + std::string(core::type_name(v)) + "'");
}

core::value positive(machine& m, const core::value& v) {
  if (v.is_bool()) return v.as_int();
  if (number(v)) return v;
  if (v.is_undefined()) return m.undefined_error(v);
  return m.fail_type("bad operand type for unary +: '" + std::string(core::type_name(v)) + "'");
}

bool equal(machine& m, const core::value& a, const core::value& b) {
  if (a.has_encrypted() || b.has_encrypted()) {
    auto x = opened(m, a), y = opened(m, b);
    return !m.failed() && equal(m, x, y);
  }
  auto mode = m.env().undefined;
  bool strict = mode == undefined_mode::ansible || mode == undefined_mode::strict;
  auto touchy = [](const core::value& v) {
    return v.is_undefined() && v.subtype() != core::subtype::lenient;
  };
  if (strict && (touchy(a) || touchy(b))) {
    m.undefined_error(touchy(a) ? a : b);
    return false;
  }
  if (a.kind() == core::kind::big_integer && b.is_real()) return core::integer_to_double(a) == b.as_real();
  if (b.kind() == core::kind::big_integer && a.is_real()) return core::integer_to_double(b) == a.as_real();
  if (a.depth() > limits::value_depth && b.depth() > limits::value_depth) {
    m.fail("limit", "the values are nested too deeply to compare");
    return false;
  }
  return a == b;
}

namespace {

/// -1, 0, 1, or 2 when not ordered (nan); fails for kinds without an order.
int order(machine& m, const core::value& a, const core::value& b, std::string_view sign, unsigned level = 0) {
  if (a.is_int() && b.is_int()) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  if (core::as_encrypted(a) || core::as_encrypted(b)) {
    auto x = unwrapped(m, a), y = unwrapped(m, b);
    return m.failed() ? 0 : order(m, x, y, sign, level);
  }
  if (a.is_string() && b.is_string()) {
    int c = a.as_string().compare(b.as_string());
    return c < 0 ? -1 : c > 0;
  }
  if (a.is_undefined() || b.is_undefined()) {
    m.undefined_error(a.is_undefined() ? a : b);
    return 0;
  }
  if (is_integral(a) && is_integral(b)) return core::compare_integers(a, b);
  if (number(a) && number(b)) {
    double x = real(m, a), y = real(m, b);
    if (std::isnan(x) || std::isnan(y)) return 2;
    return x < y ? -1 : x > y;
  }
  if (a.is_sequence() && a.kind() == b.kind() && level < limits::value_depth) {
    auto &x = a.as_list(), &y = b.as_list();
    for (std::size_t i = 0; i < x.size() && i < y.size() && !m.failed(); ++i)
      if (!equal(m, x[i], y[i])) return m.failed() ? 0 : order(m, x[i], y[i], sign, level + 1);
    return x.size() < y.size() ? -1 : x.size() > y.size();
  }
  if (dated(a) && a.kind() == b.kind()) {
    auto x = micros(a), y = micros(b);
    return x < y ? -1 : x > y;
  }
  if (a.kind() == core::kind::timedelta && b.kind() == a.kind()) {
    auto x = a.as_timedelta().microseconds, y = b.as_timedelta().microseconds;
    return x < y ? -1 : x > y;
  }
  if (a.kind() == core::kind::bytes && b.kind() == a.kind()) {
    int c = a.as_string().compare(b.as_string());
    return c < 0 ? -1 : c > 0;
  }
  m.fail_type("'" + std::string(sign) + "' not supported between instances of '" +
              std::string(core::type_name(a)) + "' and '" + std::string(core::type_name(b)) + "'");
  return 0;
}

} // namespace

bool less(machine& m, const core::value& a, const core::value& b, std::string_view sign) {
  return order(m, a, b, sign) == -1;
}

bool compare(machine& m, comparison c, const core::value& a, const core::value& b) {
  int o;
  switch (c) {
  case comparison::eq:
    return equal(m, a, b);
  case comparison::ne:
    return !equal(m, a, b);
  case comparison::lt:
    return order(m, a, b, "<") == -1;
  case comparison::le:
    o = order(m, a, b, "<=");
    return o == -1 || o == 0;
  case comparison::gt:
    return order(m, a, b, ">") == 1;
  case comparison::ge:
    o = order(m, a, b, ">=");
    return o == 1 || o == 0;
  case comparison::in:
    return contains(m, b, a);
  case comparison::not_in:
    return !contains(m, b, a);
  }
  return false;
}

bool contains(machine& m, const core::value& container, const core::value& item) {
  if (core::as_encrypted(container) || core::as_encrypted(item)) {
    auto x = unwrapped(m, container), y = unwrapped(m, item);
    return !m.failed() && contains(m, x, y);
  }
  if (container.is_string()) {
    if (item.is_string()) return container.as_string().find(item.as_string()) != std::string_view::npos;
    if (item.is_undefined())
      m.undefined_error(item);
    else
      m.fail_type("'in <string>' requires string as left operand, not " + std::string(core::type_name(item)));
    return false;
  }
  if (container.is_sequence()) {
    for (auto& i : container.as_list()) {
      if (i.same(item) && !i.is_undefined()) return true;
      if (equal(m, i, item)) return true;
      if (m.failed()) return false;
    }
    return false;
  }
  if (is_mapping(container)) {
    if (item.is_undefined() && m.env().undefined != undefined_mode::lenient) {
      m.undefined_error(item);
      return false;
    }
    if (!core::hashable(item)) {
      m.fail_type("unhashable type: '" + std::string(core::type_name(item)) + "'");
      return false;
    }
    if (container.is_dict()) return container.as_dict().find_key(item) != nullptr;
    return mapping_get(m, container, item).has_value();
  }
  if (container.kind() == core::kind::range) {
    auto r = container.as_range();
    if (!item.is_int()) return false;
    auto n = r.size(), at = item.as_int() - r.start;
    return n > 0 && at % r.step == 0 && at / r.step >= 0 && at / r.step < n;
  }
  if (container.is_undefined()) {
    if (m.env().undefined != undefined_mode::lenient && m.env().undefined != undefined_mode::chainable &&
        m.env().undefined != undefined_mode::debug)
      m.undefined_error(container);
    return false;
  }
  m.fail_type("argument of type '" + std::string(core::type_name(container)) + "' is not iterable");
  return false;
}

bool sort_by_keys(machine& m, core::list& items, core::list keys, bool reverse) {
  std::vector<std::size_t> at(items.size());
  for (std::size_t i = 0; i < at.size(); ++i) at[i] = i;
  // A failed comparison must not confuse the algorithm: answers stay consistent (all equal) from then on.
  // Python asks whether the later is less than the earlier, which the texts of errors show.
  std::stable_sort(at.begin(), at.end(), [&](std::size_t x, std::size_t y) {
    if (m.failed()) return false;
    return reverse ? less(m, keys[y], keys[x]) : less(m, keys[x], keys[y]);
  });
  if (m.failed()) return false;
  core::list out;
  out.reserve(items.size());
  for (auto i : at) out.push_back(items[i]);
  items = std::move(out);
  return true;
}

} // namespace mito::templating

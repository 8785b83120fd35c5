// Methods of dates, numbers and bytes, and which table a type's methods stand in.
#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "templating/dates.hpp"
#include "templating/encodings.hpp"
#include "templating/methods.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

core::value date_strftime(call& c) {
  std::string hold;
  auto t = c.self.as_datetime();
  if (c.self.kind() == core::kind::date) t = {c.self.as_date(), 0, 0, 0, 0, core::datetime::naive};
  return text(format_time(str_view(c.m, c[0], hold), t, ""));
}
core::value date_isoformat(call& c) {
  auto s = core::to_str(c.self);
  if (s.size() > 10)
    s[10] = c.has(0) && c[0].is_string() && !c[0].as_string().empty() ? c[0].as_string()[0] : 'T';
  return text(s);
}
core::value date_timestamp(call& c) {
  return timestamp(c.self.as_datetime());
}
core::value date_weekday(call& c) {
  return static_cast<std::int64_t>(weekday(c.self.as_date()));
}
core::value date_isoweekday(call& c) {
  return static_cast<std::int64_t>(weekday(c.self.as_date()) + 1);
}
core::value date_date(call& c) {
  return core::value(c.self.as_date());
}
constexpr function_def date_methods[] = {
    {"strftime", date_strftime, "format"}, {"isoformat", date_isoformat, "sep="},
    {"timestamp", date_timestamp, ""},     {"weekday", date_weekday, ""},
    {"isoweekday", date_isoweekday, ""},   {"date", date_date, ""},
};

core::value delta_seconds(call& c) {
  return static_cast<double>(c.self.as_timedelta().microseconds) / 1e6;
}
constexpr function_def delta_methods[] = {{"total_seconds", delta_seconds, ""}};

core::value float_is_integer(call& c) {
  double d = c.self.as_real();
  return d - d == 0 && d == static_cast<double>(static_cast<std::int64_t>(d));
}
core::value int_bit_length(call& c) {
  auto digits = core::integer_digits(c.self.is_bool() ? core::value(c.self.as_int()) : c.self, 2);
  auto n = static_cast<std::int64_t>(digits.size()) - (digits[0] == '-');
  return digits == "0" ? 0 : n;
}
constexpr function_def float_methods[] = {{"is_integer", float_is_integer, "", function_method}};
constexpr function_def int_methods[] = {{"bit_length", int_bit_length, "", function_method}};
core::value bytes_decode(call& c) {
  for (unsigned i = 0; i < 2; ++i)
    if (c.has(i) && !c[i].is_string())
      return c.m.fail_type(std::string("decode() argument '") + (i ? "errors" : "encoding") + "' must be str, not " +
                           type_of(c[i]));
  return text(decoded(c.m, c.self.as_string(), c.has(0) ? c[0].as_string() : "utf-8",
                      c.has(1) ? c[1].as_string() : "strict"));
}
constexpr function_def bytes_methods[] = {{"decode", bytes_decode, "encoding= errors=", function_method | function_keywords}};

const function_def* find_row(function_table table, std::string_view name) {
  for (auto& row : table)
    if (row.name == name) return &row;
  return nullptr;
}

} // namespace

const function_def* find_method(const core::value& object, std::string_view name) {
  switch (object.kind()) {
  case core::kind::string:
    return find_string_method(name);
  case core::kind::dict:
    return find_row(dict_methods, name);
  case core::kind::list:
    if (object.subtype() == core::subtype::set) return find_row(set_methods, name);
    return object.subtype() == core::subtype::plain ? find_row(list_methods, name) : nullptr;
  case core::kind::tuple:
    return find_row(tuple_methods, name);
  case core::kind::date:
  case core::kind::datetime:
    return find_row(date_methods, name);
  case core::kind::timedelta:
    return find_row(delta_methods, name);
  case core::kind::real:
    return find_row(float_methods, name);
  case core::kind::boolean:
  case core::kind::integer:
  case core::kind::big_integer:
    return find_row(int_methods, name);
  case core::kind::bytes:
    return find_row(bytes_methods, name);
  case core::kind::object:
    // A lazy mapping reads as a dict does; nothing changes it.
    if (auto* def = is_mapping(object) ? find_row(dict_methods, name) : nullptr)
      return def->flags & function_changes ? nullptr : def;
    return nullptr;
  default:
    return nullptr;
  }
}

} // namespace mito::templating

// strftime and to_datetime.
#include "templating/dates.hpp"

#include <cmath>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

core::value do_strftime(call& c) {
  std::string format(c.self.as_string());
  auto no_text = [&] { return c.m.fail_type("strftime() argument 1 must be str, not " + name_of_type(c.self)); };
  bool utc = c.has(1) && truth(c.m, c[1]);
  if (c.m.failed()) return {};
  std::string zone;
  if (!c.has(0) || c[0].is_none()) {
    auto t = now(utc);
    from_timestamp(static_cast<std::int64_t>(timestamp(t)), utc, &zone);
    if (!c.self.is_string()) return no_text();
    return text(format_time(format, t, zone));
  }
  double seconds = 0;
  auto fail = [&] { return filter_error(c, "Invalid value for epoch value (" + str(c.m, c[0]) + ")"); };
  if (c[0].is_real() || core::is_integral(c[0])) {
    seconds = real(c.m, c[0]);
  } else if (c[0].is_string()) {
    auto v = c.m.apply_filter("float", c[0], {core::value()}, {});
    if (!v.is_real()) return fail();
    seconds = v.as_real();
  } else {
    return fail();
  }
  if (!(seconds > -6e10 && seconds < 2.5e11)) return c.m.fail("value", "year is out of range");
  if (!c.self.is_string()) return no_text();
  auto t = from_timestamp(static_cast<std::int64_t>(std::floor(seconds)), utc, &zone);
  return text(format_time(format, t, zone));
}

core::value do_to_datetime(call& c) {
  if (!c.self.is_string())
    return c.m.fail_type("strptime() argument 1 must be str, not " + name_of_type(c.self));
  std::string why;
  auto t = parse_time(c.self.as_string(), c.has(0) ? str(c.m, c[0]) : "%Y-%m-%d %H:%M:%S", why);
  return t ? core::value(*t) : c.m.fail("value", why);
}

constexpr function_def rows[] = {
    {"strftime", do_strftime, "second= utc=", function_ansible | function_impure},
    {"to_datetime", do_to_datetime, "format=", function_ansible},
};

} // namespace

constinit const function_table date_filters = rows;

} // namespace mito::templating

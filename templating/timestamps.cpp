#include "templating/timestamps.hpp"

#include <optional>

namespace mito::templating {

namespace {

/// The fields of a timestamp's text.
struct fields {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::uint32_t microsecond = 0;
  std::int32_t offset = core::datetime::naive;
  bool time = false;
};

struct scanner {
  std::string_view s;
  std::size_t at = 0;

  /// Between `least` and `most` digits, as many as there are.
  std::optional<int> number(std::size_t least, std::size_t most) {
    int n = 0;
    std::size_t have = 0;
    while (at < s.size() && have < most && s[at] >= '0' && s[at] <= '9') n = n * 10 + (s[at++] - '0'), ++have;
    if (have < least) return std::nullopt;
    return n;
  }
  bool eat(char c) {
    if (at >= s.size() || s[at] != c) return false;
    ++at;
    return true;
  }
  void blanks() {
    while (at < s.size() && (s[at] == ' ' || s[at] == '\t')) ++at;
  }
};

bool scan_zone(scanner& in, fields& f) {
  if (in.at == in.s.size()) return true;
  in.blanks();
  if (in.eat('Z')) {
    f.offset = 0;
    return in.at == in.s.size();
  }
  int sign = in.eat('-') ? -1 : in.eat('+') ? 1 : 0;
  if (!sign) return false;
  auto hours = in.number(1, 2);
  if (!hours) return false;
  int minutes = 0;
  if (in.eat(':')) {
    auto m = in.number(2, 2);
    if (!m) return false;
    minutes = *m;
  }
  f.offset = sign * (*hours * 3600 + minutes * 60);
  return in.at == in.s.size();
}

bool scan_time(scanner& in, fields& f) {
  auto h = in.number(1, 2);
  if (!h || !in.eat(':')) return false;
  auto m = in.number(2, 2);
  if (!m || !in.eat(':')) return false;
  auto s = in.number(2, 2);
  if (!s) return false;
  f.hour = *h, f.minute = *m, f.second = *s;
  if (in.eat('.')) {
    std::uint32_t scale = 100000;
    while (in.at < in.s.size() && in.s[in.at] >= '0' && in.s[in.at] <= '9') {
      f.microsecond +=
          scale * static_cast<std::uint32_t>(in.s[in.at++] - '0'); // digits past the sixth count nothing
      scale /= 10;
    }
  }
  return scan_zone(in, f);
}

std::optional<fields> scan(std::string_view text) {
  scanner in{text};
  fields f;
  auto year = in.number(4, 4);
  if (!year || !in.eat('-')) return std::nullopt;
  auto month_at = in.at;
  auto month = in.number(1, 2);
  auto month_digits = in.at - month_at;
  if (!month || !in.eat('-')) return std::nullopt;
  auto day_at = in.at;
  auto day = in.number(1, 2);
  if (!day) return std::nullopt;
  f.year = *year, f.month = *month, f.day = *day;
  if (in.at == text.size()) return month_digits == 2 && in.at - day_at == 2 ? std::optional(f) : std::nullopt;
  f.time = true;
  if (!in.eat('T') && !in.eat('t')) {
    auto before = in.at;
    in.blanks();
    if (in.at == before) return std::nullopt;
  }
  return scan_time(in, f) ? std::optional(f) : std::nullopt;
}

int days_in(int year, int month) {
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[month - 1];
}

} // namespace

namespace {
core::error bad_value(std::string message) {
  core::error e(std::move(message));
  e.what().category = "value";
  return e;
}
} // namespace

bool is_timestamp(std::string_view text) {
  return scan(text).has_value();
}

core::expected<core::value> construct_timestamp(std::string_view text) {
  auto f = scan(text);
  if (!f) return bad_value("not a timestamp");
  if (f->year < 1) return bad_value("year 0 is out of range");
  if (f->month < 1 || f->month > 12) return bad_value("month must be in 1..12");
  if (f->day < 1 || f->day > days_in(f->year, f->month)) return bad_value("day is out of range for month");
  core::date day{f->year, static_cast<std::uint8_t>(f->month), static_cast<std::uint8_t>(f->day)};
  if (!f->time) return core::value(day);
  if (f->hour > 23) return bad_value("hour must be in 0..23");
  if (f->minute > 59) return bad_value("minute must be in 0..59");
  if (f->second > 59) return bad_value("second must be in 0..59");
  if (f->offset != core::datetime::naive && (f->offset <= -86400 || f->offset >= 86400))
    return bad_value(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
  return core::value(core::datetime{day, static_cast<std::uint8_t>(f->hour),
                                    static_cast<std::uint8_t>(f->minute),
                                    static_cast<std::uint8_t>(f->second), f->microsecond, f->offset});
}

} // namespace mito::templating

#include "templating/dates.hpp"

#include <ctime>
#include <span>

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::templating {

namespace {

constexpr std::string_view month_names[] = {"January",   "February", "March",    "April",
                                            "May",       "June",     "July",     "August",
                                            "September", "October",  "November", "December"};
constexpr std::string_view day_names[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                          "Friday", "Saturday", "Sunday"};

void number(std::string& out, std::int64_t v, int width, char pad = '0') {
  std::string s;
  core::append_int(s, v);
  for (int i = static_cast<int>(s.size()); i < width; ++i) out += pad;
  out += s;
}

std::tm local(std::int64_t seconds) {
  std::tm tm{};
  auto t = static_cast<std::time_t>(seconds);
  localtime_r(&t, &tm);
  return tm;
}

} // namespace

std::int64_t days_from_civil(const core::date& d) {
  std::int64_t y = d.year - (d.month <= 2);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const auto yoe = static_cast<unsigned>(y - era * 400);
  const unsigned doy = (153u * (d.month > 2 ? d.month - 3u : d.month + 9u) + 2) / 5 + d.day - 1;
  return era * 146097 + static_cast<std::int64_t>(yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

core::date civil_from_days(std::int64_t days) {
  std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto doe = static_cast<unsigned>(z - era * 146097);
  const unsigned yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const unsigned doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const unsigned mp = (5 * doy + 2) / 153;
  core::date d;
  d.day = static_cast<std::uint8_t>(doy - (153 * mp + 2) / 5 + 1);
  d.month = static_cast<std::uint8_t>(mp < 10 ? mp + 3 : mp - 9);
  d.year = static_cast<std::int32_t>(static_cast<std::int64_t>(yoe) + era * 400 + (d.month <= 2));
  return d;
}

int weekday(const core::date& d) {
  auto n = (days_from_civil(d) + 3) % 7;
  return static_cast<int>(n < 0 ? n + 7 : n);
}

int day_of_year(const core::date& d) {
  return static_cast<int>(days_from_civil(d) - days_from_civil({d.year, 1, 1})) + 1;
}

double timestamp(const core::datetime& t) {
  std::int64_t s;
  if (t.offset == core::datetime::naive) {
    std::tm tm{};
    tm.tm_year = t.day.year - 1900;
    tm.tm_mon = t.day.month - 1;
    tm.tm_mday = t.day.day;
    tm.tm_hour = t.hour;
    tm.tm_min = t.minute;
    tm.tm_sec = t.second;
    tm.tm_isdst = -1;
    s = static_cast<std::int64_t>(std::mktime(&tm));
  } else {
    s = days_from_civil(t.day) * 86400 + t.hour * 3600 + t.minute * 60 + t.second - t.offset;
  }
  return static_cast<double>(s) + t.microsecond / 1e6;
}

core::datetime from_timestamp(std::int64_t seconds, bool utc, std::string* zone) {
  if (!utc) {
    auto tm = local(seconds);
    if (zone) *zone = tm.tm_zone ? tm.tm_zone : "";
    seconds += tm.tm_gmtoff;
  } else if (zone) {
    *zone = "UTC";
  }
  std::int64_t days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  return {civil_from_days(days),
          static_cast<std::uint8_t>(rest / 3600),
          static_cast<std::uint8_t>(rest / 60 % 60),
          static_cast<std::uint8_t>(rest % 60),
          0,
          core::datetime::naive};
}

core::datetime now(bool utc) {
  std::timespec ts{};
  clock_gettime(CLOCK_REALTIME, &ts);
  auto t = from_timestamp(ts.tv_sec, utc);
  t.microsecond = static_cast<std::uint32_t>(ts.tv_nsec / 1000);
  return t;
}

namespace {

/// ISO 8601 week and its year.
int iso_week(const core::date& d, std::int32_t& year) {
  auto thursday = civil_from_days(days_from_civil(d) - weekday(d) + 3);
  year = thursday.year;
  return (day_of_year(thursday) - 1) / 7 + 1;
}

bool expanded(char letter, std::string_view& out) {
  static constexpr std::pair<char, std::string_view> table[] = {
      {'D', "%m/%d/%y"}, {'F', "%Y-%m-%d"},    {'T', "%H:%M:%S"},
      {'R', "%H:%M"},    {'r', "%I:%M:%S %p"}, {'c', "%a %b %e %H:%M:%S %Y"},
      {'x', "%m/%d/%y"}, {'X', "%H:%M:%S"}};
  for (auto& [c, f] : table)
    if (c == letter) return out = f, true;
  return false;
}

void letter(std::string& out, char c, const core::datetime& t, std::string_view zone) {
  auto wday = weekday(t.day);
  std::int32_t iso_year;
  int hour12 = t.hour % 12 ? t.hour % 12 : 12;
  switch (c) {
  case 'Y':
    return number(out, t.day.year, 0);
  case 'y':
    return number(out, t.day.year % 100, 2);
  case 'C':
    return number(out, t.day.year / 100, 2);
  case 'm':
    return number(out, t.day.month, 2);
  case 'd':
    return number(out, t.day.day, 2);
  case 'e':
    return number(out, t.day.day, 2, ' ');
  case 'H':
    return number(out, t.hour, 2);
  case 'k':
    return number(out, t.hour, 2, ' ');
  case 'I':
    return number(out, hour12, 2);
  case 'l':
    return number(out, hour12, 2, ' ');
  case 'M':
    return number(out, t.minute, 2);
  case 'S':
    return number(out, t.second, 2);
  case 'f':
    return number(out, t.microsecond, 6);
  case 'j':
    return number(out, day_of_year(t.day), 3);
  case 'p':
    out += t.hour < 12 ? "AM" : "PM";
    return;
  case 'P':
    out += t.hour < 12 ? "am" : "pm";
    return;
  case 'a':
    out += day_names[wday].substr(0, 3);
    return;
  case 'A':
    out += day_names[wday];
    return;
  case 'b':
  case 'h':
    out += month_names[t.day.month - 1].substr(0, 3);
    return;
  case 'B':
    out += month_names[t.day.month - 1];
    return;
  case 'u':
    return number(out, wday + 1, 0);
  case 'w':
    return number(out, (wday + 1) % 7, 0);
  case 'U':
    return number(out, (day_of_year(t.day) + 6 - (wday + 1) % 7) / 7, 2);
  case 'W':
    return number(out, (day_of_year(t.day) + 6 - wday) / 7, 2);
  case 'V':
    return number(out, iso_week(t.day, iso_year), 2);
  case 'G':
    iso_week(t.day, iso_year);
    return number(out, iso_year, 0);
  case 'g':
    iso_week(t.day, iso_year);
    return number(out, iso_year % 100, 2);
  case 's':
    return core::append_int(out, static_cast<std::int64_t>(timestamp(t)));
  case 'Z':
    out += zone.empty() && t.offset == 0 ? "UTC" : zone;
    return;
  case 'z': {
    std::int32_t off = t.offset;
    if (off == core::datetime::naive) {
      if (zone.empty()) return;
      off = zone == "UTC"
                ? 0
                : static_cast<std::int32_t>(local(static_cast<std::int64_t>(timestamp(t))).tm_gmtoff);
    }
    out += off < 0 ? '-' : '+';
    off = off < 0 ? -off : off;
    number(out, off / 3600, 2);
    return number(out, off / 60 % 60, 2);
  }
  case 'n':
    out += '\n';
    return;
  case 't':
    out += '\t';
    return;
  case '%':
    out += '%';
    return;
  default:
    out += '%';
    out += c;
  }
}

} // namespace

std::string format_time(std::string_view format, const core::datetime& t, std::string_view zone) {
  std::string out;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 >= format.size()) {
      out += format[i];
      continue;
    }
    char c = format[++i];
    bool plain = c == '-' && i + 1 < format.size();
    if (plain) c = format[++i];
    std::string_view more;
    std::string one;
    if (expanded(c, more))
      one = format_time(more, t, zone);
    else
      letter(one, c, t, zone);
    if (plain)
      while (one.size() > 1 && (one[0] == '0' || one[0] == ' ')) one.erase(0, 1);
    out += one;
  }
  return out;
}

namespace {

struct time_parser {
  std::string_view s, f;
  std::size_t at = 0;
  core::datetime t{{1900, 1, 1}, 0, 0, 0, 0, core::datetime::naive};
  bool pm = false, twelve = false;
  int yday = -1;

  bool digits(std::size_t most, std::int64_t low, std::int64_t high, std::int64_t& out) {
    std::size_t n = 0;
    out = 0;
    // As a regular expression with alternatives would: the longest number in range.
    while (n < most && at + n < s.size() && s[at + n] >= '0' && s[at + n] <= '9') {
      auto longer = out * 10 + (s[at + n] - '0');
      if (longer > high) break;
      out = longer;
      ++n;
    }
    if (n == 0 || out < low) return false;
    at += n;
    return true;
  }
  bool name(std::span<const std::string_view> names, bool full, std::int64_t& out) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      auto n = full ? names[i] : names[i].substr(0, 3);
      if (core::lower(s.substr(at, n.size())) != core::lower(n)) continue;
      at += n.size();
      out = static_cast<std::int64_t>(i);
      return true;
    }
    return false;
  }
  bool zone() {
    if (at < s.size() && s[at] == 'Z') return t.offset = 0, ++at, true;
    if (at >= s.size() || (s[at] != '+' && s[at] != '-')) return false;
    bool minus = s[at++] == '-';
    std::int64_t h, m;
    if (!digits(2, 0, 99, h)) return false;
    if (at < s.size() && s[at] == ':') ++at;
    if (!digits(2, 0, 59, m)) return false;
    t.offset = static_cast<std::int32_t>((h * 3600 + m * 60) * (minus ? -1 : 1));
    return true;
  }

  bool field(char c) {
    std::int64_t v;
    switch (c) {
    case 'Y':
      return digits(4, 0, 9999, v) && (t.day.year = static_cast<std::int32_t>(v), true);
    case 'y':
      return digits(2, 0, 99, v) &&
             (t.day.year = static_cast<std::int32_t>(v < 69 ? 2000 + v : 1900 + v), true);
    case 'm':
      return digits(2, 1, 12, v) && (t.day.month = static_cast<std::uint8_t>(v), true);
    case 'd':
      return digits(2, 1, 31, v) && (t.day.day = static_cast<std::uint8_t>(v), true);
    case 'H':
      return digits(2, 0, 23, v) && (t.hour = static_cast<std::uint8_t>(v), true);
    case 'I':
      return digits(2, 1, 12, v) && (t.hour = static_cast<std::uint8_t>(v), twelve = true);
    case 'M':
      return digits(2, 0, 59, v) && (t.minute = static_cast<std::uint8_t>(v), true);
    case 'S':
      return digits(2, 0, 61, v) && (t.second = static_cast<std::uint8_t>(v), true);
    case 'j':
      return digits(3, 1, 366, v) && (yday = static_cast<int>(v), true);
    case 'b':
    case 'h':
      return name(month_names, false, v) && (t.day.month = static_cast<std::uint8_t>(v + 1), true);
    case 'B':
      return name(month_names, true, v) && (t.day.month = static_cast<std::uint8_t>(v + 1), true);
    case 'a':
      return name(day_names, false, v);
    case 'A':
      return name(day_names, true, v);
    case 'w':
      return digits(1, 0, 6, v);
    case 'z':
      return zone();
    case 'Z': {
      for (std::string_view n : {"UTC", "GMT"})
        if (s.substr(at).starts_with(n)) return at += n.size(), true;
      return false;
    }
    case 'p': {
      auto two = core::lower(s.substr(at, 2));
      if (two != "am" && two != "pm") return false;
      pm = two == "pm";
      at += 2;
      return true;
    }
    case 'f': {
      auto from = at;
      if (!digits(6, 0, 999999, v)) return false;
      for (auto n = at - from; n < 6; ++n) v *= 10;
      t.microsecond = static_cast<std::uint32_t>(v);
      return true;
    }
    case '%':
      return at < s.size() && s[at] == '%' && ++at;
    default:
      return false;
    }
  }

  bool all(std::string_view format) {
    auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    for (std::size_t i = 0; i < format.size(); ++i) {
      std::string_view more;
      if (format[i] == '%' && i + 1 < format.size()) {
        char c = format[++i];
        if (expanded(c, more) ? !all(more) : !field(c)) return false;
      } else if (blank(format[i])) {
        if (at >= s.size() || !blank(s[at])) return false;
        while (at < s.size() && blank(s[at])) ++at;
        while (i + 1 < format.size() && blank(format[i + 1])) ++i;
      } else if (at >= s.size() || s[at++] != format[i]) {
        return false;
      }
    }
    return true;
  }
};

} // namespace

std::optional<core::datetime> parse_time(std::string_view s, std::string_view format, std::string& error) {
  time_parser p{.s = s, .f = format};
  if (!p.all(format)) {
    error = "time data " + core::to_repr(core::value(s)) + " does not match format " +
            core::to_repr(core::value(format));
    return std::nullopt;
  }
  if (p.at != s.size()) {
    error = "unconverted data remains: " + std::string(s.substr(p.at));
    return std::nullopt;
  }
  if (p.twelve) p.t.hour = static_cast<std::uint8_t>(p.t.hour % 12 + (p.pm ? 12 : 0));
  if (p.yday > 0) p.t.day = civil_from_days(days_from_civil({p.t.day.year, 1, 1}) + p.yday - 1);
  if (civil_from_days(days_from_civil(p.t.day)) != p.t.day) {
    error = "day is out of range for month";
    return std::nullopt;
  }
  return p.t;
}

} // namespace mito::templating

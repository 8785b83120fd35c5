/// snprintf and strtod for the images, instead of musl's: integers, strings and doubles, which is all that our code prints.
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "agent/image/decimal.hpp"

namespace {

struct field {
  bool zeros = false, left = false, plus = false, alternate = false;
  int width = 0, precision = -1, longs = 0;
};

struct sink {
  char* out;
  std::size_t room, length = 0;
  void put(char c) {
    if (length + 1 < room) out[length] = c;
    ++length;
  }
  void put(const char* text, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) put(text[i]);
  }
  void pad(char c, long n) {
    while (n-- > 0) put(c);
  }
  /// `sign`: what zeros go behind.
  void put_field(const field& f, const char* sign, const char* text, std::size_t n) {
    std::size_t signs = std::strlen(sign);
    long blanks = f.width - static_cast<long>(n + signs);
    if (!f.left && !f.zeros) pad(' ', blanks);
    put(sign, signs);
    if (!f.left && f.zeros) pad('0', blanks);
    put(text, n);
    if (f.left) pad(' ', blanks);
  }
};

void put_integer(sink& s, field f, std::uint64_t v, unsigned base, const char* digits, const char* sign) {
  char text[72];
  char* at = text + sizeof text;
  int least = f.precision < 0 ? 1 : f.precision > 64 ? 64 : f.precision;
  if (f.precision >= 0) f.zeros = false;
  for (int n = 0; v || n < least; ++n, v /= base) *--at = digits[v % base];
  if (f.alternate && base == 8 && *at != '0') *--at = '0';
  s.put_field(f, f.alternate && base == 16 ? "0x" : sign, at, static_cast<std::size_t>(text + sizeof text - at));
}

void put_double(sink& s, const field& f, double v, char kind) {
  const char* sign = v < 0 ? "-" : f.plus ? "+" : "";
  if (v != v || v - v != 0) return s.put_field(f, sign, v != v ? "nan" : "inf", 3);
  char text[512];
  int precision = f.precision < 0 ? 6 : f.precision > 40 ? 40 : f.precision;
  s.put_field(f, sign, text, mito::image::format_double(text, v < 0 ? -v : v, precision, kind == 'e'));
}

const char* read_field(const char* at, field& f, int (*next)(va_list*), va_list* list) {
  for (;; ++at) {
    if (*at == '0') f.zeros = true;
    else if (*at == '-') f.left = true;
    else if (*at == '+') f.plus = true;
    else if (*at == '#') f.alternate = true;
    else break;
  }
  auto number = [&](int& n) {
    if (*at == '*') {
      n = next(list);
      ++at;
    } else
      for (n = 0; *at >= '0' && *at <= '9'; ++at) n = n * 10 + (*at - '0');
  };
  number(f.width);
  if (*at == '.') {
    ++at;
    number(f.precision);
  }
  for (; *at == 'l' || *at == 'z' || *at == 'j' || *at == 'h'; ++at)
    if (*at != 'h') ++f.longs;
  return at;
}

void put_conversion(sink& s, const field& f, char kind, va_list* list) {
  const char* digits = kind == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
  switch (kind) {
  case 'd':
  case 'i': {
    std::int64_t v = f.longs ? va_arg(*list, long) : va_arg(*list, int);
    auto size = v < 0 ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v);
    return put_integer(s, f, size, 10, digits, v < 0 ? "-" : f.plus ? "+" : "");
  }
  case 'u':
  case 'x':
  case 'X':
  case 'o':
    return put_integer(s, f, f.longs ? va_arg(*list, unsigned long) : va_arg(*list, unsigned),
                       kind == 'u' ? 10 : kind == 'o' ? 8 : 16, digits, "");
  case 'e':
  case 'f':
    return put_double(s, f, va_arg(*list, double), kind);
  case 'c': {
    char c = static_cast<char>(va_arg(*list, int));
    return s.put_field(f, "", &c, 1);
  }
  case 's': {
    const char* text = va_arg(*list, const char*);
    return s.put_field(f, "", text, f.precision < 0 ? std::strlen(text) : ::strnlen(text, static_cast<std::size_t>(f.precision)));
  }
  case '%':
    return s.put('%');
  default:
    std::abort(); // a conversion that our code was not known to use: found by the first test that runs it
  }
}

} // namespace

extern "C" {

int vsnprintf(char* out, std::size_t room, const char* format, va_list given) {
  sink s{out, room};
  va_list list;
  va_copy(list, given);
  for (const char* at = format; *at; ++at) {
    if (*at != '%') {
      s.put(*at);
      continue;
    }
    field f;
    at = read_field(at + 1, f, [](va_list* l) { return va_arg(*l, int); }, &list);
    put_conversion(s, f, *at, &list);
  }
  va_end(list);
  if (room > 0) out[s.length < room ? s.length : room - 1] = 0;
  return static_cast<int>(s.length);
}

int snprintf(char* out, std::size_t room, const char* format, ...) {
  va_list list;
  va_start(list, format);
  int n = vsnprintf(out, room, format, list);
  va_end(list);
  return n;
}

double strtod(const char* text, char** end) {
  const char* behind;
  double v = mito::image::parse_double(text, &behind);
  if (end) *end = const_cast<char*>(behind);
  return v;
}
}

#include "core/real.hpp"

#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace mito::core {

real_digits digits_of(double v) {
  char text[40];
  // Most doubles of everyday life need at most 15 digits; 17 always suffice.
  for (int precision : {14, 15, 16}) {
    std::snprintf(text, sizeof text, "%.*e", precision, v);
    if (std::strtod(text, nullptr) == v) break;
  }
  real_digits d{};
  char* p = text;
  for (; *p != 'e'; ++p)
    if (*p != '.') d.digits[d.count++] = *p;
  while (d.count > 1 && d.digits[d.count - 1] == '0') --d.count;
  d.exponent = std::atoi(p + 1);
  return d;
}

double real_of(const char* number) { return std::strtod(number, nullptr); }

} // namespace mito::core

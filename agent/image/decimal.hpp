#pragma once
/// Exact conversion between doubles and decimal digits in little code. musl's printf and strtod do the same in five times
/// the space, with long doubles and wide characters that an agent never sees.
#include <cstddef>
#include <cstdint>

namespace mito::image {

/// The exact value of a finite number: 0.d1d2d3… × 10^point, without leading or trailing zeros (no digits: zero).
struct decimal {
  static constexpr int most = 1100;
  char digits[most];
  int count = 0;
  int point = 0;

  /// mantissa × 2^exponent
  void assign(std::uint64_t mantissa, int exponent);
  /// Rounds half to even at `wanted` digits (0 or more).
  void round(int wanted);
};

/// The digits of a finite number that is not negative.
void expand(double v, decimal& exact);
/// The double nearest to a decimal number.
double nearest(const decimal& wanted);
/// <0, 0, >0 as a is less than, equal to or greater than b.
int compare(const decimal& a, const decimal& b);

/// printf's %e (with `exponential`) or %f with that many digits after the point, into `out` (at least 420 + precision bytes,
/// precision at most 40). Returns the length. Not for NaN and infinities.
std::size_t format_double(char* out, double v, int precision, bool exponential);
/// The double nearest to a decimal number at `text` (sign, digits, point, exponent); `end` is set behind it, or to `text`.
double parse_double(const char* text, const char** end);

} // namespace mito::image

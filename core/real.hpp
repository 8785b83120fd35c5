#pragma once
/// Doubles as decimal digits and back. Two bodies: real.cpp over the C library, and in the agents' images
/// agent/image/real.cpp, which is small instead of fast.
namespace mito::core {

/// d.ddd… × 10^exponent, without trailing zeros; zero is the one digit 0.
struct real_digits {
  char digits[20];
  int count;
  int exponent;
};

/// The fewest digits, but at least 15 are tried, that read back as `v`, which is neither negative nor NaN nor infinite.
real_digits digits_of(double v);
/// The double nearest to a JSON number.
double real_of(const char* number);

} // namespace mito::core

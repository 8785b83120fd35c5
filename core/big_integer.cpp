#include "core/big_integer.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/text.hpp"

namespace mito::core {

namespace {

/// Sign and magnitude; limbs are little-endian without leading zeros, zero is an empty vector.
struct big {
  bool negative = false;
  std::vector<std::uint32_t> limbs;
};

void shrink(big& b) {
  while (!b.limbs.empty() && b.limbs.back() == 0) b.limbs.pop_back();
  if (b.limbs.empty()) b.negative = false;
}

void multiply_small(std::vector<std::uint32_t>& limbs, std::uint32_t by, std::uint32_t plus) {
  std::uint64_t carry = plus;
  for (auto& l : limbs) {
    carry += std::uint64_t{l} * by;
    l = static_cast<std::uint32_t>(carry);
    carry >>= 32;
  }
  if (carry) limbs.push_back(static_cast<std::uint32_t>(carry));
}

std::uint32_t divide_small(std::vector<std::uint32_t>& limbs, std::uint32_t by) {
  std::uint64_t rest = 0;
  for (std::size_t i = limbs.size(); i-- > 0;) {
    rest = rest << 32 | limbs[i];
    limbs[i] = static_cast<std::uint32_t>(rest / by);
    rest %= by;
  }
  while (!limbs.empty() && limbs.back() == 0) limbs.pop_back();
  return static_cast<std::uint32_t>(rest);
}

big from_value(const value& v) {
  big b;
  if (v.kind() != kind::big_integer) {
    std::int64_t i = v.as_int();
    b.negative = i < 0;
    std::uint64_t u = i < 0 ? 0 - static_cast<std::uint64_t>(i) : static_cast<std::uint64_t>(i);
    for (; u; u >>= 32) b.limbs.push_back(static_cast<std::uint32_t>(u));
    return b;
  }
  auto digits = v.as_string();
  if (digits.starts_with('-')) {
    b.negative = true;
    digits.remove_prefix(1);
  }
  for (char c : digits) multiply_small(b.limbs, 10, static_cast<std::uint32_t>(c - '0'));
  return b;
}

std::string digits_of(big b, unsigned base) {
  if (b.limbs.empty()) return "0";
  std::string out;
  while (!b.limbs.empty()) out += "0123456789abcdefghijklmnopqrstuvwxyz"[divide_small(b.limbs, base)];
  if (b.negative) out += '-';
  std::reverse(out.begin(), out.end());
  return out;
}

value to_value(big b) {
  shrink(b);
  if (b.limbs.size() <= 2) {
    std::uint64_t u = 0;
    for (std::size_t i = b.limbs.size(); i-- > 0;) u = u << 32 | b.limbs[i];
    if (!b.negative && u <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(u);
    if (b.negative && u <= static_cast<std::uint64_t>(INT64_MAX) + 1) return static_cast<std::int64_t>(0 - u);
  }
  return value::big_integer(digits_of(std::move(b), 10));
}

int compare_magnitudes(const big& a, const big& b) {
  if (a.limbs.size() != b.limbs.size()) return a.limbs.size() < b.limbs.size() ? -1 : 1;
  for (std::size_t i = a.limbs.size(); i-- > 0;)
    if (a.limbs[i] != b.limbs[i]) return a.limbs[i] < b.limbs[i] ? -1 : 1;
  return 0;
}

std::vector<std::uint32_t> add_magnitudes(const big& a, const big& b) {
  std::vector<std::uint32_t> out;
  std::uint64_t carry = 0;
  for (std::size_t i = 0; i < std::max(a.limbs.size(), b.limbs.size()) || carry; ++i) {
    carry += (i < a.limbs.size() ? a.limbs[i] : 0ull) + (i < b.limbs.size() ? b.limbs[i] : 0ull);
    out.push_back(static_cast<std::uint32_t>(carry));
    carry >>= 32;
  }
  return out;
}

/// |a| - |b|, where |a| >= |b|.
std::vector<std::uint32_t> subtract_magnitudes(const big& a, const big& b) {
  std::vector<std::uint32_t> out;
  std::int64_t borrow = 0;
  for (std::size_t i = 0; i < a.limbs.size(); ++i) {
    std::int64_t d = std::int64_t{a.limbs[i]} - (i < b.limbs.size() ? std::int64_t{b.limbs[i]} : 0) - borrow;
    borrow = d < 0;
    out.push_back(static_cast<std::uint32_t>(d + (borrow << 32)));
  }
  return out;
}

big sum(const big& a, const big& b) {
  big out;
  if (a.negative == b.negative) {
    out.limbs = add_magnitudes(a, b);
    out.negative = a.negative;
  } else if (compare_magnitudes(a, b) >= 0) {
    out.limbs = subtract_magnitudes(a, b);
    out.negative = a.negative;
  } else {
    out.limbs = subtract_magnitudes(b, a);
    out.negative = b.negative;
  }
  shrink(out);
  return out;
}

big product(const big& a, const big& b) {
  big out;
  out.limbs.assign(a.limbs.size() + b.limbs.size(), 0);
  for (std::size_t i = 0; i < a.limbs.size(); ++i) {
    std::uint64_t carry = 0;
    for (std::size_t j = 0; j < b.limbs.size() || carry; ++j) {
      std::uint64_t t =
          out.limbs[i + j] + carry + (j < b.limbs.size() ? std::uint64_t{a.limbs[i]} * b.limbs[j] : 0ull);
      out.limbs[i + j] = static_cast<std::uint32_t>(t);
      carry = t >> 32;
    }
  }
  out.negative = a.negative != b.negative;
  shrink(out);
  return out;
}

/// Quotient and remainder of the magnitudes, bit by bit: sizes are bounded and such divisions are rare.
void divide_magnitudes(const big& a, const big& b, big& quotient, big& rest) {
  quotient.limbs.assign(a.limbs.size(), 0);
  for (std::size_t bit = a.limbs.size() * 32; bit-- > 0;) {
    multiply_small(rest.limbs, 2, a.limbs[bit / 32] >> (bit % 32) & 1);
    if (compare_magnitudes(rest, b) >= 0) {
      rest.limbs = subtract_magnitudes(rest, b);
      shrink(rest);
      quotient.limbs[bit / 32] |= 1u << (bit % 32);
    }
  }
  shrink(quotient);
}

void divide_floor(const value& a, const value& b, big& quotient, big& rest) {
  big x = from_value(a), y = from_value(b);
  divide_magnitudes(x, y, quotient, rest);
  quotient.negative = x.negative != y.negative;
  rest.negative = x.negative;
  shrink(quotient);
  shrink(rest);
  if (!rest.limbs.empty() && rest.negative != y.negative) {
    big one;
    one.limbs = {1};
    one.negative = true;
    quotient = sum(quotient, one);
    rest = sum(rest, y);
  }
}

std::optional<value> bounded(big b) {
  if (b.limbs.size() > max_limbs) return std::nullopt;
  return to_value(std::move(b));
}

bool small(const value& v) {
  return v.kind() != kind::big_integer;
}

} // namespace

bool is_integral(const value& v) noexcept {
  return v.is_bool() || v.is_int() || v.kind() == kind::big_integer;
}

std::optional<value> add_integers(const value& a, const value& b) {
  std::int64_t r;
  if (small(a) && small(b) && !__builtin_add_overflow(a.as_int(), b.as_int(), &r)) return value(r);
  return bounded(sum(from_value(a), from_value(b)));
}

std::optional<value> subtract_integers(const value& a, const value& b) {
  std::int64_t r;
  if (small(a) && small(b) && !__builtin_sub_overflow(a.as_int(), b.as_int(), &r)) return value(r);
  return add_integers(a, negate_integer(b));
}

std::optional<value> multiply_integers(const value& a, const value& b) {
  std::int64_t r;
  if (small(a) && small(b) && !__builtin_mul_overflow(a.as_int(), b.as_int(), &r)) return value(r);
  return bounded(product(from_value(a), from_value(b)));
}

std::optional<value> floor_divide(const value& a, const value& b) {
  if (small(a) && small(b) && !(a.as_int() == INT64_MIN && b.as_int() == -1)) {
    std::int64_t x = a.as_int(), y = b.as_int(), q = x / y;
    if (x % y != 0 && (x % y < 0) != (y < 0)) --q;
    return value(q);
  }
  big q, r;
  divide_floor(a, b, q, r);
  return bounded(std::move(q));
}

std::optional<value> modulo(const value& a, const value& b) {
  if (small(a) && small(b)) {
    std::int64_t y = b.as_int();
    if (y == -1) return value(std::int64_t{0});
    std::int64_t r = a.as_int() % y;
    if (r != 0 && (r < 0) != (y < 0)) r += y;
    return value(r);
  }
  big q, r;
  divide_floor(a, b, q, r);
  return bounded(std::move(r));
}

std::optional<value> power_integers(const value& a, std::uint64_t b) {
  value result(std::int64_t{1}), base(a);
  if (compare_integers(a, value(0)) == 0 && b > 0) return value(std::int64_t{0});
  while (b) {
    if (b & 1) {
      auto r = multiply_integers(result, base);
      if (!r) return r;
      result = *r;
    }
    b >>= 1;
    if (!b) break;
    auto r = multiply_integers(base, base);
    if (!r) return r;
    base = *r;
  }
  return result;
}

value negate_integer(const value& a) {
  if (small(a) && a.as_int() != INT64_MIN) return -a.as_int();
  big b = from_value(a);
  b.negative = !b.negative;
  return to_value(std::move(b));
}

int compare_integers(const value& a, const value& b) {
  if (small(a) && small(b)) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int();
  big x = from_value(a), y = from_value(b);
  if (x.negative != y.negative) return x.negative ? -1 : 1;
  int c = compare_magnitudes(x, y);
  return x.negative ? -c : c;
}

double integer_to_double(const value& v) {
  if (small(v)) return static_cast<double>(v.as_int());
  return std::strtod(std::string(v.as_string()).c_str(), nullptr);
}

value double_to_integer(double d) {
  if (d > -9.2e18 && d < 9.2e18) return static_cast<std::int64_t>(d);
  int exponent;
  double m = std::frexp(std::fabs(d), &exponent);
  big b;
  auto bits = static_cast<std::uint64_t>(std::ldexp(m, 53));
  for (; bits; bits >>= 32) b.limbs.push_back(static_cast<std::uint32_t>(bits));
  for (int i = 53; i < exponent; ++i) multiply_small(b.limbs, 2, 0);
  b.negative = d < 0;
  return to_value(std::move(b));
}

std::optional<value> integer_from_digits(std::string_view digits, unsigned base) {
  big b;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    b.negative = digits[0] == '-';
    digits.remove_prefix(1);
  }
  if (digits.empty() || digits.size() > 4300) return std::nullopt;
  for (char c : digits) {
    unsigned d = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                 : c >= 'a' && c <= 'z' ? static_cast<unsigned>(c - 'a') + 10
                 : c >= 'A' && c <= 'Z' ? static_cast<unsigned>(c - 'A') + 10
                                        : 99;
    if (d >= base) return std::nullopt;
    multiply_small(b.limbs, base, d);
  }
  return to_value(std::move(b));
}

std::string integer_digits(const value& v, unsigned base) {
  return digits_of(from_value(v), base);
}

} // namespace mito::core

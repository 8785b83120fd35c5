#include "agent/image/decimal.hpp"

#include <cstring>

namespace mito::image {

namespace {

constexpr int mantissa_bits = 52, smallest_exponent = -1074;
constexpr std::uint64_t hidden_bit = std::uint64_t{1} << mantissa_bits;

/// A natural number in base 2^32, enough for 2^53 × 5^1074.
struct natural {
  std::uint32_t words[84];
  int size = 0;

  void multiply(std::uint32_t by) {
    std::uint64_t carry = 0;
    for (int i = 0; i < size; ++i) {
      carry += std::uint64_t{words[i]} * by;
      words[i] = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry) words[size++] = static_cast<std::uint32_t>(carry);
  }
  /// Divides by ten; returns the remainder.
  int divide() {
    std::uint64_t rest = 0;
    for (int i = size; i-- > 0;) {
      rest = rest << 32 | words[i];
      words[i] = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
    }
    while (size > 0 && words[size - 1] == 0) --size;
    return static_cast<int>(rest);
  }
};

/// Splits a positive finite double.
void split(double v, std::uint64_t& mantissa, int& exponent) {
  std::uint64_t bits;
  std::memcpy(&bits, &v, sizeof bits);
  mantissa = bits & (hidden_bit - 1);
  int biased = static_cast<int>(bits >> mantissa_bits & 0x7ff);
  exponent = smallest_exponent + (biased ? biased - 1 : 0);
  if (biased) mantissa |= hidden_bit;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

} // namespace

void decimal::assign(std::uint64_t mantissa, int exponent) {
  natural n;
  for (; mantissa; mantissa >>= 32) n.words[n.size++] = static_cast<std::uint32_t>(mantissa);
  for (int i = 0; i < exponent; ++i) n.multiply(2);
  // m / 2^k is m × 5^k / 10^k.
  for (int i = 0; i > exponent; --i) n.multiply(5);
  int length = 0;
  while (n.size > 0) digits[length++] = static_cast<char>('0' + n.divide());
  for (int i = 0, j = length - 1; i < j; ++i, --j) {
    char c = digits[i];
    digits[i] = digits[j];
    digits[j] = c;
  }
  point = length + (exponent < 0 ? exponent : 0);
  count = length;
  while (count > 0 && digits[count - 1] == '0') --count;
}

void decimal::round(int wanted) {
  if (wanted >= count) return;
  if (wanted < 0) {
    count = 0;
    return;
  }
  bool half = digits[wanted] == '5' && count == wanted + 1;
  bool odd = wanted > 0 && (digits[wanted - 1] & 1);
  bool up = half ? odd : digits[wanted] >= '5';
  count = wanted;
  if (up) {
    while (count > 0 && digits[count - 1] == '9') --count;
    if (count > 0) {
      ++digits[count - 1];
    } else {
      digits[count++] = '1';
      ++point;
    }
  }
  while (count > 0 && digits[count - 1] == '0') --count;
}

int compare(const decimal& a, const decimal& b) {
  if (a.count == 0 || b.count == 0) return (a.count > 0) - (b.count > 0);
  if (a.point != b.point) return a.point < b.point ? -1 : 1;
  for (int i = 0; i < a.count || i < b.count; ++i) {
    int x = i < a.count ? a.digits[i] : '0', y = i < b.count ? b.digits[i] : '0';
    if (x != y) return x - y;
  }
  return 0;
}

void expand(double v, decimal& exact) {
  std::uint64_t mantissa;
  int exponent;
  split(v, mantissa, exponent);
  exact.assign(mantissa, exponent);
}

std::size_t format_double(char* out, double v, int precision, bool exponential) {
  char* at = out;
  if (std::uint64_t bits; std::memcpy(&bits, &v, sizeof bits), bits >> 63) {
    *at++ = '-';
    v = -v;
  }
  decimal d;
  expand(v, d);
  d.round(exponential ? precision + 1 : d.point + precision);
  auto digit = [&d](int i) { return i >= 0 && i < d.count ? d.digits[i] : '0'; };
  int before = exponential ? 1 : d.point;
  if (d.count == 0) before = exponential ? 1 : 0;
  if (before <= 0) *at++ = '0';
  for (int i = 0; i < before; ++i) *at++ = digit(i);
  if (precision > 0) *at++ = '.';
  for (int i = before; i < before + precision; ++i) *at++ = digit(i);
  if (!exponential) return static_cast<std::size_t>(at - out);
  int power = d.count ? d.point - 1 : 0;
  *at++ = 'e';
  *at++ = power < 0 ? '-' : '+';
  if (power < 0) power = -power;
  if (power >= 100) *at++ = static_cast<char>('0' + power / 100);
  *at++ = static_cast<char>('0' + power / 10 % 10);
  *at++ = static_cast<char>('0' + power % 10);
  return static_cast<std::size_t>(at - out);
}

namespace {

/// Reads the number's digits and decimal exponent. Digits beyond the buffer only matter as "a little more".
const char* read_digits(const char* at, decimal& d) {
  const char* begin = at;
  bool any = false, fraction = false, seen = false;
  d.count = d.point = 0;
  for (;; ++at) {
    if (*at == '.' && !fraction) {
      fraction = true;
      continue;
    }
    if (!is_digit(*at)) break;
    any = true;
    seen |= *at != '0';
    if (!fraction && seen) ++d.point;
    if (fraction && !seen) --d.point;
    if (!seen) continue;
    if (d.count < decimal::most)
      d.digits[d.count++] = *at;
    else if (*at != '0')
      d.digits[decimal::most - 1] = '1';
  }
  if (!any) return begin;
  while (d.count > 0 && d.digits[d.count - 1] == '0') --d.count;
  if (*at != 'e' && *at != 'E') return at;
  const char* power = at + 1;
  bool negative = *power == '-';
  if (*power == '-' || *power == '+') ++power;
  if (!is_digit(*power)) return at;
  int n = 0;
  for (; is_digit(*power); ++power)
    if (n < 100000) n = n * 10 + (*power - '0');
  d.point += negative ? -n : n;
  return power;
}

/// Up to 15 digits and a power of ten up to 22 are exact doubles: one operation rounds once. False: it takes longer.
bool read_exactly(const decimal& wanted, double& v) {
  int power = wanted.point - wanted.count;
  if (wanted.count > 15 || power < -22 || power > 22) return false;
  std::uint64_t number = 0;
  for (int i = 0; i < wanted.count; ++i) number = number * 10 + static_cast<std::uint64_t>(wanted.digits[i] - '0');
  double scale = 1;
  for (int i = power < 0 ? -power : power; i > 0; --i) scale *= 10;
  v = static_cast<double>(number);
  v = power < 0 ? v / scale : v * scale;
  return true;
}

/// The largest double that is not above `wanted`, by halving the range of all positive doubles' bit patterns.
std::uint64_t floor_of(const decimal& wanted) {
  std::uint64_t low = 0, high = std::uint64_t{0x7ff} << mantissa_bits;
  decimal d;
  while (high - low > 1) {
    std::uint64_t middle = low + (high - low) / 2;
    double v;
    std::memcpy(&v, &middle, sizeof v);
    expand(v, d);
    (compare(d, wanted) <= 0 ? low : high) = middle;
  }
  return low;
}

} // namespace

double nearest(const decimal& wanted) {
  double v;
  if (wanted.count == 0 || wanted.point < -330) return 0;
  if (read_exactly(wanted, v)) return v;
  if (wanted.point > 310) return __builtin_inf();
  std::uint64_t bits = floor_of(wanted), mantissa;
  std::memcpy(&v, &bits, sizeof v);
  int exponent;
  split(v, mantissa, exponent);
  // Between this double and the next: nearest, ties to even.
  decimal middle;
  middle.assign(mantissa * 2 + 1, exponent - 1);
  int side = compare(wanted, middle);
  if (side > 0 || (side == 0 && (mantissa & 1))) {
    ++bits;
    std::memcpy(&v, &bits, sizeof v);
  }
  return v;
}

double parse_double(const char* text, const char** end) {
  const char* at = text;
  bool negative = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  decimal wanted;
  const char* behind = read_digits(at, wanted);
  *end = behind == at ? text : behind;
  double v = behind == at ? 0 : nearest(wanted);
  return negative ? -v : v;
}

} // namespace mito::image

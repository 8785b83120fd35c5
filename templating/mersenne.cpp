#include "templating/mersenne.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/big_integer.hpp"
#include "templating/digest.hpp"

namespace mito::templating {

namespace {

/// The number whose big-endian bytes these are, as 32-bit words from the low end.
std::vector<std::uint32_t> words(std::string_view bytes) {
  std::vector<std::uint32_t> out;
  for (std::size_t end = bytes.size(); end > 0;) {
    std::uint32_t w = 0;
    std::size_t from = end >= 4 ? end - 4 : 0;
    for (std::size_t i = from; i < end; ++i) w = w << 8 | static_cast<unsigned char>(bytes[i]);
    out.push_back(w);
    end = from;
  }
  while (out.size() > 1 && out.back() == 0) out.pop_back();
  if (out.empty()) out.push_back(0);
  return out;
}

std::string magnitude(const core::value& v) {
  auto digits = core::integer_digits(v, 16);
  if (digits[0] == '-') digits.erase(0, 1);
  if (digits.size() % 2) digits.insert(digits.begin(), '0');
  std::string out;
  auto value_of = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < digits.size(); i += 2)
    out += static_cast<char>(value_of(digits[i]) * 16 + value_of(digits[i + 1]));
  return out;
}

} // namespace

mersenne::mersenne(const core::value& seed) {
  if (core::is_integral(seed)) {
    init(words(magnitude(seed)));
    return;
  }
  if (seed.is_real()) {
    // Python takes hash(float): a whole number's is itself, the others' is arithmetic modulo 2**61 - 1.
    int exponent;
    double m = std::frexp(seed.as_real() < 0 ? -seed.as_real() : seed.as_real(), &exponent);
    constexpr std::uint64_t modulus = (std::uint64_t{1} << 61) - 1;
    std::uint64_t x = 0;
    while (m != 0) {
      x = ((x << 28) & modulus) | x >> (61 - 28);
      m *= 268435456.0;
      exponent -= 28;
      auto y = static_cast<std::uint64_t>(m);
      m -= static_cast<double>(y);
      x += y;
      if (x >= modulus) x -= modulus;
    }
    exponent = exponent >= 0 ? exponent % 61 : 60 - (-1 - exponent) % 61;
    x = ((x << exponent) & modulus) | x >> (61 - exponent);
    init(words(magnitude(core::value(static_cast<std::int64_t>(x)))));
    return;
  }
  std::string text(seed.as_string());
  text += digest("sha512", seed.as_string()).value_or("");
  init(words(text));
}

void mersenne::init(const std::vector<std::uint32_t>& key) {
  state_[0] = 19650218u;
  for (std::uint32_t i = 1; i < 624; ++i)
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + i;
  std::size_t i = 1, j = 0;
  for (std::size_t k = std::max<std::size_t>(624, key.size()); k; --k) {
    state_[i] = (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1664525u)) + key[j] +
                static_cast<std::uint32_t>(j);
    if (++i >= 624) state_[0] = state_[623], i = 1;
    if (++j >= key.size()) j = 0;
  }
  for (std::size_t k = 623; k; --k) {
    state_[i] =
        (state_[i] ^ ((state_[i - 1] ^ (state_[i - 1] >> 30)) * 1566083941u)) - static_cast<std::uint32_t>(i);
    if (++i >= 624) state_[0] = state_[623], i = 1;
  }
  state_[0] = 0x80000000u;
}

std::uint32_t mersenne::next() {
  if (at_ >= 624) {
    for (std::size_t k = 0; k < 624; ++k) {
      std::uint32_t y = (state_[k] & 0x80000000u) | (state_[(k + 1) % 624] & 0x7fffffffu);
      state_[k] = state_[(k + 397) % 624] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    at_ = 0;
  }
  std::uint32_t y = state_[at_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

std::uint64_t mersenne::below(std::uint64_t n) {
  if (n == 0) return 0;
  auto bits = static_cast<unsigned>(std::bit_width(n));
  auto draw = [&]() -> std::uint64_t {
    if (bits <= 32) return next() >> (32 - bits);
    std::uint64_t low = next();
    return low | static_cast<std::uint64_t>(next() >> (64 - bits)) << 32;
  };
  auto r = draw();
  while (r >= n) r = draw();
  return r;
}

} // namespace mito::templating

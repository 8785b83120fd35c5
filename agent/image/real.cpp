/// core/real.hpp for the images.
#include "core/real.hpp"

#include <cstring>

#include "agent/image/decimal.hpp"

namespace mito::core {

real_digits digits_of(double v) {
  static constexpr int enough = 17;
  image::decimal exact, d;
  image::expand(v, exact);
  int wanted = 14;
  do {
    d = exact;
    d.round(++wanted);
  } while (wanted < enough && image::nearest(d) != v);
  if (d.count == 0) return {{'0'}, 1, 0};
  real_digits r{.digits = {}, .count = d.count, .exponent = d.point - 1};
  std::memcpy(r.digits, d.digits, static_cast<std::size_t>(d.count));
  return r;
}

double real_of(const char* number) {
  const char* end;
  return image::parse_double(number, &end);
}

} // namespace mito::core

#include "modules/setup/human_size.hpp"

#include "core/text.hpp"

namespace mito::modules::setup {

std::string human_size(std::uint64_t bytes) {
  static constexpr char units[] = {'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'};
  int shift = 0;
  while (shift < 60 && bytes >> (shift + 10) != 0) shift += 10;
  std::uint64_t whole = bytes >> shift;
  // Hundredths, rounded as printf rounds: to the nearest, halves to even.
  const std::uint64_t mask = (std::uint64_t{1} << shift) - 1;
  // The fraction is scaled down first where a product with 200 would not fit.
  const int drop = shift > 50 ? shift - 50 : 0;
  const std::uint64_t scaled = ((bytes & mask) >> drop) * 100;
  const int width = shift - drop;
  std::uint64_t hundredths = scaled >> width;
  const std::uint64_t rest = width > 0 ? scaled & ((std::uint64_t{1} << width) - 1) : 0;
  const std::uint64_t half = width > 0 ? std::uint64_t{1} << (width - 1) : 1;
  if (rest > half || (rest == half && (hundredths & 1) != 0)) ++hundredths;
  if (hundredths == 100) {
    ++whole;
    hundredths = 0;
  }
  std::string out;
  core::append_uint(out, whole);
  out += '.';
  out += static_cast<char>('0' + hundredths / 10);
  out += static_cast<char>('0' + hundredths % 10);
  out += ' ';
  if (shift == 0) return out + "Bytes";
  out += units[shift / 10 - 1];
  return out + 'B';
}

} // namespace mito::modules::setup

#pragma once
/// Python's random.Random(seed): the same numbers for the same seed.
#include <array>
#include <cstdint>
#include <vector>

#include "core/value.hpp"

namespace mito::templating {

class mersenne {
public:
  /// `seed` as random.seed(version 2) takes it: ints by their magnitude, texts with their SHA-512.
  explicit mersenne(const core::value& seed);
  /// random._randbelow(n).
  std::uint64_t below(std::uint64_t n);

private:
  std::uint32_t next();
  void init(const std::vector<std::uint32_t>& key);
  std::array<std::uint32_t, 624> state_{};
  std::size_t at_ = 624;
};

} // namespace mito::templating

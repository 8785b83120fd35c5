#include "templating/entropy.hpp"

#include <sys/random.h>

#include <string_view>

namespace mito::templating {

std::uint64_t entropy() {
  std::uint64_t v = 0;
  auto* p = reinterpret_cast<char*>(&v);
  for (std::size_t have = 0; have < sizeof v;) {
    auto n = getrandom(p + have, sizeof v - have, 0);
    if (n > 0) have += static_cast<std::size_t>(n);
  }
  return v;
}

std::uint64_t entropy_below(std::uint64_t n) {
  if (n < 2) return 0;
  // Numbers past the last whole multiple of n would favour the small ones.
  const std::uint64_t fair = UINT64_MAX - UINT64_MAX % n;
  for (;;)
    if (auto v = entropy(); v < fair) return v % n;
}

std::string random_text(std::size_t n, std::string_view alphabet) {
  std::string out;
  for (std::size_t i = 0; i < n; ++i) out += alphabet[entropy_below(alphabet.size())];
  return out;
}

} // namespace mito::templating

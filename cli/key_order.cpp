#include "cli/key_order.hpp"

#include <algorithm>

#include "core/big_integer.hpp"

namespace mito::cli {

dict_entries entries_of(const core::dict& d) {
  dict_entries out;
  out.reserve(d.size());
  for (const auto& e : d) out.push_back(&e);
  return out;
}

bool sort_entries(dict_entries& entries) {
  auto as_real = [](const core::value& k) { return k.is_real() ? k.as_real() : core::integer_to_double(k); };
  auto number = [](const core::value& k) { return core::is_integral(k) || k.is_real(); };
  bool texts = std::all_of(entries.begin(), entries.end(), [](const auto* e) { return e->key.is_string(); });
  bool numbers = std::all_of(entries.begin(), entries.end(), [&](const auto* e) { return number(e->key); });
  if (!texts && !numbers) return entries.size() < 2;
  std::stable_sort(entries.begin(), entries.end(), [&](const auto* a, const auto* b) {
    return texts ? a->key.as_string() < b->key.as_string() : as_real(a->key) < as_real(b->key);
  });
  return true;
}

} // namespace mito::cli

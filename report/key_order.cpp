#include "report/key_order.hpp"

#include <algorithm>

namespace mito::report {

namespace {

enum class family { text, number, other };

family family_of(const core::value& key) {
  if (key.is_string()) return family::text;
  return key.is_int() || key.is_bool() || key.is_real() ? family::number : family::other;
}

/// UTF-8 sorts by bytes as Python's texts do by code points.
bool less(const core::value& a, const core::value& b) {
  if (a.is_string()) return a.as_string() < b.as_string();
  if (a.is_real() || b.is_real()) return a.as_real() < b.as_real();
  return a.as_int() < b.as_int();
}

} // namespace

std::optional<core::dict> sorted_by_key(const core::dict& d) {
  std::vector<const core::dict::entry*> order;
  order.reserve(d.size());
  for (auto& e : d) order.push_back(&e);
  if (order.size() > 1) {
    auto first = family_of(order.front()->key);
    if (first == family::other) return std::nullopt;
    for (auto* e : order)
      if (family_of(e->key) != first) return std::nullopt;
    std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return less(a->key, b->key); });
  }
  core::dict out;
  out.reserve(d.size());
  for (auto* e : order) out.set_key(e->key, e->val);
  return out;
}

std::optional<core::value> sorted_throughout(const core::value& v) {
  if (v.is_sequence()) {
    core::list out;
    out.reserve(v.as_list().size());
    for (auto& i : v.as_list()) {
      auto one = sorted_throughout(i);
      if (!one) return std::nullopt;
      out.push_back(std::move(*one));
    }
    return core::value(std::move(out));
  }
  if (!v.is_dict()) return v;
  auto sorted = sorted_by_key(v.as_dict());
  if (!sorted) return std::nullopt;
  core::dict out;
  out.reserve(sorted->size());
  for (auto& e : *sorted) {
    auto one = sorted_throughout(e.val);
    if (!one) return std::nullopt;
    out.set_key(e.key, std::move(*one));
  }
  return core::value(std::move(out));
}

} // namespace mito::report

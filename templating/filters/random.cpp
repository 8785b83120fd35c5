// random and shuffle, reproducible with a seed.
#include <optional>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "templating/entropy.hpp"
#include "templating/filters/common.hpp"
#include "templating/mersenne.hpp"

namespace mito::templating {

namespace {

struct source {
  std::optional<mersenne> seeded;
  std::uint64_t below(std::uint64_t n) { return seeded ? seeded->below(n) : entropy_below(n); }
};

core::value do_random(call& c) {
  source r;
  if (c.has(2) && !c[2].is_none()) {
    if (!core::is_integral(c[2]) && !c[2].is_real() && !c[2].is_string())
      return c.m.fail_type("The only supported seed types are: None, int, float, str, bytes, and bytearray.");
    r.seeded.emplace(c[2]);
  }
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (core::is_integral(c.self)) {
    auto start = c.has(0) && c[0].truthy() ? index(c.m, c[0]) : 0,
         step = c.has(1) && c[1].truthy() ? index(c.m, c[1]) : 1;
    auto stop = index(c.m, c.self);
    if (c.m.failed()) return {};
    core::range range{start, stop, step};
    auto n = range.size();
    if (n <= 0)
      return c.m.fail("value", "empty range for randrange() (" + std::to_string(start) + ", " +
                                   std::to_string(stop) + ", " +
                                   std::to_string(step == 1 ? stop - start : step) + ")");
    return start + step * static_cast<std::int64_t>(r.below(static_cast<std::uint64_t>(n)));
  }
  if (!is_iterable(c.self)) return filter_error(c, "random can only be used on sequences and integers");
  if ((c.has(0) && c[0].truthy()) || (c.has(1) && c[1].truthy()))
    return filter_error(c, "start and step can only be used with integer values");
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  if (items.empty()) return c.m.fail("index", "Cannot choose from an empty sequence");
  return items[r.below(items.size())];
}

core::value do_random_jinja(call& c) {
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  return items.empty() ? core::value::undefined("No random item, sequence was empty.")
                       : items[entropy_below(items.size())];
}

core::value do_shuffle(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!is_iterable(c.self)) return c.self;
  source r;
  if (c.has(0) && c[0].truthy()) r.seeded.emplace(c[0]);
  auto items = iterate(c.m, c.self);
  for (std::size_t i = items.size(); i-- > 1;) std::swap(items[i], items[r.below(i + 1)]);
  return core::value(std::move(items));
}

constexpr function_def rows[] = {
    {"random", do_random, "start= step= seed=", function_ansible | function_impure, "rand"},
    {"random", do_random_jinja, "", function_jinja | function_impure, "do_random"},
    {"shuffle", do_shuffle, "seed=", function_ansible | function_impure | function_sealed, "randomize_list"},
};

} // namespace

constinit const function_table random_filters = rows;

} // namespace mito::templating

// Set theory on lists: unique, union, intersect, difference, symmetric_difference.
#include <algorithm>

#include "core/python.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

bool in(const core::list& l, const core::value& v) {
  return std::find(l.begin(), l.end(), v) != l.end();
}

/// The first of each key; all keys hashable.
core::list distinct(const core::list& items, const core::list& keys) {
  core::dict seen;
  core::list out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen.find_key(keys[i])) continue;
    seen.set_key(keys[i], core::value());
    out.push_back(items[i]);
  }
  return out;
}

core::list distinct_slow(const core::list& items) {
  core::list out;
  for (auto& i : items)
    if (!in(out, i)) out.push_back(i);
  return out;
}

const core::value* unhashable(const core::list& keys) {
  for (auto& k : keys)
    if (!core::hashable(k)) return &k;
  return nullptr;
}

core::list unique_of(machine& m, const core::list& items) {
  if (!m.step(items.size())) return {};
  return unhashable(items) ? distinct_slow(items) : distinct(items, items);
}

core::value do_unique_jinja(call& c) {
  auto items = iterate(c.m, c.self);
  auto keys = sort_keys(c.m, items, c[1], c.has(0) && truth(c.m, c[0]));
  if (c.m.failed()) return {};
  if (auto* bad = unhashable(keys))
    return c.m.fail_type("unhashable type: '" + type_of(*bad) + "'");
  return generated(distinct(items, keys));
}

/// Case counts only when asked for: Ansible passes bool(None) on.
core::value do_unique(call& c) {
  bool given = c.has(0) && !c[0].is_none();
  bool exact = given && truth(c.m, c[0]);
  bool attribute = c.has(1) && !c[1].is_none() && c[1].truthy();
  if (c.m.failed()) return {};
  auto items = iterate(c.m, c.self);
  core::list keys;
  if (!c.m.failed()) keys = sort_keys(c.m, items, c[1], exact);
  const core::value* bad = nullptr;
  for (auto& k : keys)
    if (!bad && (k.is_undefined() || !core::hashable(k))) bad = &k;
  if (!bad && !c.m.failed()) return core::value(distinct(items, keys));
  if ((given && !exact) || attribute) {
    if (bad && bad->is_undefined()) c.m.undefined_error(*bad);
    std::string why = c.m.failed() ? c.m.error().message() : "unhashable type: '" + type_of(*bad) + "'";
    c.m.clear_error();
    return filter_error(c, "Jinja2's unique filter failed and we cannot fall back to Ansible's version as it "
                           "does not support the parameters supplied. " +
                               why);
  }
  if (c.m.failed()) return {};
  if (bad->is_undefined()) return c.m.undefined_error(*bad);
  if (!c.m.step(items.size() * items.size() / 8)) return {};
  return core::value(distinct_slow(items));
}

bool both_hashable(call& c) {
  return core::hashable(c.self) && core::hashable(c[0]) && !c.self.is_undefined() && !c[0].is_undefined();
}

core::value finished(call& c, core::list items) {
  auto out = core::value(unique_of(c.m, items));
  return both_hashable(c) ? out.with_subtype(core::subtype::set) : out;
}

/// The members of `a` that `b` has, or lacks. Two hashable values are taken as sets.
core::value keep(call& c, bool wanted) {
  auto a = iterate(c.m, c.self);
  auto& b = c[0];
  if (c.m.failed()) return {};
  bool sets = both_hashable(c), listed = sets || b.is_sequence();
  auto other = listed ? iterate(c.m, b) : core::list{};
  if (c.m.failed() || !c.m.step(a.size() * (listed ? other.size() / 16 : 1))) return {};
  core::dict index;
  bool quick = listed && !unhashable(other);
  if (quick)
    for (auto& i : other) index.set_key(i, core::value());
  core::list out;
  for (auto& i : a) {
    if (i.is_undefined()) return c.m.undefined_error(i);
    bool found = quick && core::hashable(i) ? index.find_key(i) != nullptr
                 : listed                   ? in(other, i)
                                            : contains(c.m, b, i);
    if (c.m.failed()) return {};
    if (found == wanted) out.push_back(i);
  }
  return finished(c, std::move(out));
}
core::value do_intersect(call& c) {
  return keep(c, true);
}
core::value do_difference(call& c) {
  return keep(c, false);
}

core::value do_union(call& c) {
  if (both_hashable(c)) {
    auto items = iterate(c.m, c.self);
    for (auto& i : iterate(c.m, c[0])) items.push_back(i);
    return finished(c, std::move(items));
  }
  auto sum = binary(c.m, op::add, c.self, c[0]);
  return c.m.failed() ? core::value() : finished(c, sum.as_list());
}

core::value do_symmetric_difference(call& c) {
  auto both = do_intersect(c);
  if (c.m.failed()) return {};
  auto all = do_union(c);
  if (c.m.failed()) return {};
  core::list out;
  for (auto& i : all.as_list())
    if (!in(both.as_list(), i)) out.push_back(i);
  auto v = core::value(std::move(out));
  return both_hashable(c) ? v.with_subtype(core::subtype::set) : v;
}

constexpr function_def rows[] = {
    {"unique", do_unique, "case_sensitive= attribute=", function_ansible},
    {"unique", do_unique_jinja, "case_sensitive= attribute=", function_jinja | function_generator,
     "do_unique"},
    {"intersect", do_intersect, "b", function_ansible},
    {"difference", do_difference, "b", function_ansible},
    {"union", do_union, "b", function_ansible},
    {"symmetric_difference", do_symmetric_difference, "b", function_ansible},
};

} // namespace

constinit const function_table set_filters = rows;

} // namespace mito::templating

// Methods of list, tuple and set.
#include <algorithm>

#include "core/big_integer.hpp"
#include "templating/methods.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

bool has(const core::list& l, const core::value& v) {
  return std::find(l.begin(), l.end(), v) != l.end();
}

void become(call& c, core::list l) {
  *c.changed = core::value(std::move(l)).with_subtype(c.self.subtype());
}

core::value do_index(call& c) {
  auto& items = c.self.as_list();
  auto n = static_cast<std::int64_t>(items.size());
  for (unsigned i = 1; i < 3; ++i)
    if (c.has(i) && !core::is_integral(c[i]))
      return c.m.fail_type("slice indices must be integers or have an __index__ method");
  std::int64_t from = c.has(1) ? c[1].as_int() : 0, to = c.has(2) ? c[2].as_int() : n;
  if (from < 0) from = std::max<std::int64_t>(0, from + n);
  if (to < 0) to += n;
  for (auto i = from; i < std::min(to, n); ++i) {
    if (equal(c.m, items[static_cast<std::size_t>(i)], c[0])) return i;
    if (c.m.failed()) return {};
  }
  if (c.self.is_tuple()) return c.m.fail("value", "tuple.index(x): x not in tuple");
  return c.m.fail("value", repr(c.m, c[0]) + " is not in list");
}
core::value do_count(call& c) {
  std::int64_t n = 0;
  for (auto& i : c.self.as_list()) n += equal(c.m, i, c[0]);
  return n;
}
core::value do_copy(call& c) {
  return core::value(core::list(c.self.as_list())).with_subtype(c.self.subtype());
}
core::value do_append(call& c) {
  if (!c.m.fits(c.self.as_list().size() + 1)) return {};
  auto l = c.changed->take_list();
  l.push_back(c[0]);
  become(c, std::move(l));
  return {};
}
core::value do_extend(call& c) {
  auto l = c.changed->take_list();
  auto more = iterate(c.m, c[0]);
  if (c.m.failed() || !c.m.fits(l.size() + more.size())) return {};
  l.insert(l.end(), more.begin(), more.end());
  become(c, std::move(l));
  return {};
}
core::value do_insert(call& c) {
  auto l = c.changed->take_list();
  auto n = static_cast<std::int64_t>(l.size()), at = index(c.m, c[0]);
  if (c.m.failed()) return {};
  if (at < 0) at = std::max<std::int64_t>(0, at + n);
  l.insert(l.begin() + std::min(at, n), c[1]);
  become(c, std::move(l));
  return {};
}
core::value do_pop(call& c) {
  auto l = c.changed->take_list();
  auto n = static_cast<std::int64_t>(l.size()), at = c.has(0) ? index(c.m, c[0]) : n - 1;
  if (c.m.failed()) return {};
  if (at < 0) at += n;
  if (n == 0) return c.m.fail("index", "pop from empty list");
  if (at < 0 || at >= n) return c.m.fail("index", "pop index out of range");
  auto v = l[static_cast<std::size_t>(at)];
  l.erase(l.begin() + at);
  become(c, std::move(l));
  return v;
}
core::value do_remove(call& c) {
  if (!has(c.self.as_list(), c[0])) return c.m.fail("value", "list.remove(x): x not in list");
  auto l = c.changed->take_list();
  auto it = std::find(l.begin(), l.end(), c[0]);
  l.erase(it);
  become(c, std::move(l));
  return {};
}
core::value do_sort(call& c) {
  if (c.named.find("key") && !c.named.find("key")->is_none())
    return c.m.fail_type("sort() with a key function is not supported; use the sort filter with attribute=");
  bool reverse = c.named.find("reverse") && index(c.m, *c.named.find("reverse")) != 0;
  if (c.m.failed()) return {};
  auto l = c.changed->take_list();
  if (!sort_by_keys(c.m, l, l, reverse)) return {};
  become(c, std::move(l));
  return {};
}
core::value do_reverse(call& c) {
  auto l = c.changed->take_list();
  std::reverse(l.begin(), l.end());
  become(c, std::move(l));
  return {};
}
core::value do_clear(call& c) {
  become(c, {});
  return {};
}

core::value set_of(const core::list& items) {
  core::list out;
  for (auto& i : items)
    if (!has(out, i)) out.push_back(i);
  return core::value(std::move(out)).with_subtype(core::subtype::set);
}
core::value set_union(call& c) {
  auto items = c.self.as_list();
  for (auto& other : c.rest)
    for (auto& i : iterate(c.m, other)) items.push_back(i);
  return set_of(items);
}
core::value set_pick(call& c, bool wanted) {
  core::list left = c.self.as_list();
  for (auto& r : c.rest) {
    auto other = iterate(c.m, r);
    std::erase_if(left, [&](const core::value& i) { return has(other, i) != wanted; });
  }
  return set_of(left);
}
core::value set_intersection(call& c) {
  return set_pick(c, true);
}
core::value set_difference(call& c) {
  return set_pick(c, false);
}
core::value set_issubset(call& c) {
  auto other = iterate(c.m, c[0]);
  for (auto& i : c.self.as_list())
    if (!has(other, i)) return false;
  return true;
}
core::value set_issuperset(call& c) {
  for (auto& i : iterate(c.m, c[0]))
    if (!has(c.self.as_list(), i)) return false;
  return true;
}
core::value set_add(call& c) {
  if (!core::hashable(c[0])) return c.m.fail_type("unhashable type: '" + type_of(c[0]) + "'");
  auto l = c.changed->take_list();
  if (!has(l, c[0])) l.push_back(c[0]);
  become(c, std::move(l));
  return {};
}
core::value set_update(call& c) {
  auto all = set_union(c);
  become(c, all.take_list());
  return {};
}
core::value set_discard(call& c) {
  if (!has(c.self.as_list(), c[0])) return c.def.name == "remove" ? c.m.fail("key", repr(c.m, c[0])) : core::value();
  auto l = c.changed->take_list();
  std::erase(l, c[0]);
  become(c, std::move(l));
  return {};
}
core::value set_pop(call& c) {
  if (c.self.as_list().empty()) return c.m.fail("key", "'pop from an empty set'");
  auto l = c.changed->take_list();
  auto v = l.front();
  l.erase(l.begin());
  become(c, std::move(l));
  return v;
}

constexpr std::uint16_t plain = function_method, changes = function_method | function_changes;

constexpr function_def rows[] = {
    {"index", do_index, "value start= stop=", plain},
    {"count", do_count, "value", plain},
    {"copy", do_copy, "", plain},
    {"append", do_append, "item", changes},
    {"extend", do_extend, "items", changes},
    {"insert", do_insert, "index item", changes},
    {"pop", do_pop, "index=", changes},
    {"remove", do_remove, "value", changes},
    {"sort", do_sort, "**named", static_cast<std::uint16_t>(changes | function_keywords)},
    {"reverse", do_reverse, "", changes},
    {"clear", do_clear, "", changes},
};

constexpr function_def set_rows[] = {
    {"union", set_union, "*others", plain},
    {"intersection", set_intersection, "*others", plain},
    {"difference", set_difference, "*others", plain},
    {"issubset", set_issubset, "other", plain},
    {"issuperset", set_issuperset, "other", plain},
    {"copy", do_copy, "", plain},
    {"add", set_add, "item", changes},
    {"update", set_update, "*others", changes},
    {"discard", set_discard, "item", changes},
    {"remove", set_discard, "item", changes},
    {"pop", set_pop, "", changes},
    {"clear", do_clear, "", changes},
};

} // namespace

const function_table list_methods = rows;
const function_table tuple_methods = function_table(rows).first(2);
const function_table set_methods = set_rows;

} // namespace mito::templating

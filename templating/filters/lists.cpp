// Filters on sequences.
#include <algorithm>
#include <cmath>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

core::value folded(const core::value& v) {
  return v.is_string() ? text(lower(v.as_string())) : v;
}

core::list sort_keys(machine& m, const core::list& items, const core::value& attribute, bool exact) {
  core::list keys;
  keys.reserve(items.size());
  for (auto& i : items) {
    auto k = dotted_attribute(m, i, attribute);
    if (m.failed()) break;
    keys.push_back(exact ? k : folded(k));
  }
  return keys;
}

namespace {

core::value do_list(call& c) {
  return core::value(iterate(c.m, c.self));
}

core::value do_length(call& c) {
  auto n = length(c.m, c.self);
  return c.m.failed() ? core::value() : core::value(n);
}

core::value do_first(call& c) {
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  return items.empty() ? core::value::undefined("No first item, sequence was empty.") : items.front();
}

core::value do_last(call& c) {
  bool rolled = c.self.is_list() && (c.self.subtype() == core::subtype::generator || c.self.subtype() == core::subtype::set);
  if (!c.self.is_undefined() && (rolled || !is_iterable(c.self)))
    return c.m.fail_type("'" + type_of(c.self) + "' object is not reversible");
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  return items.empty() ? core::value::undefined("No last item, sequence was empty.") : items.back();
}

core::value do_join(call& c) {
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  if (c.has(1) && !c[1].is_none())
    for (auto& i : items) i = dotted_attribute(c.m, i, c[1]);
  bool safe = false;
  if (c.m.autoescape()) {
    safe = is_markup(c[0]);
    for (auto& i : items) safe = safe || is_markup(i);
  }
  auto glue = c.has(0) ? (safe ? escape(c.m, c[0]) : str(c.m, c[0])) : std::string();
  std::string out;
  for (std::size_t i = 0; i < items.size() && !c.m.failed(); ++i) {
    if (i) out += glue;
    if (safe)
      out += escape(c.m, items[i]);
    else
      append_str(c.m, out, items[i]);
  }
  if (!c.m.fits(0, out.size())) return {};
  return safe ? markup(out) : text(out);
}

core::value do_reverse(call& c) {
  if (c.self.is_string()) {
    auto all = characters(c.self.as_string());
    std::string out;
    for (auto i = all.rbegin(); i != all.rend(); ++i) out += i->as_string();
    return like(c, out);
  }
  if (!c.self.is_undefined() && !is_iterable(c.self)) return c.m.fail("filter_argument", "argument must be iterable");
  auto items = iterate(c.m, c.self);
  std::reverse(items.begin(), items.end());
  return generated(std::move(items));
}

core::value do_sort(call& c) {
  auto items = iterate(c.m, c.self);
  bool reverse = c.has(0) && truth(c.m, c[0]), exact = c.has(1) && truth(c.m, c[1]);
  if (c.m.failed()) return {};
  core::list keys;
  if (c[2].is_string() && c[2].as_string().find(',') != std::string_view::npos) {
    std::vector<core::list> columns;
    for (auto part : core::split(c[2].as_string(), ','))
      columns.push_back(sort_keys(c.m, items, text(part), exact));
    for (std::size_t i = 0; i < items.size() && !c.m.failed(); ++i) {
      core::list row;
      for (auto& col : columns) row.push_back(col[i]);
      keys.push_back(core::value(std::move(row)));
    }
  } else {
    keys = sort_keys(c.m, items, c[2], exact);
    // Python's keys are lists of one: two undefined values are equal in there.
    if (std::any_of(keys.begin(), keys.end(), [](auto& k) { return k.is_undefined(); }))
      for (auto& k : keys) k = core::value(core::list{k});
  }
  if (c.m.failed() || !sort_by_keys(c.m, items, std::move(keys), reverse)) return {};
  return core::value(std::move(items));
}

core::value extreme(call& c, bool largest) {
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  if (items.empty()) return core::value::undefined("No aggregated item, sequence was empty.");
  auto keys = sort_keys(c.m, items, c[1], c.has(0) && truth(c.m, c[0]));
  std::size_t best = 0;
  for (std::size_t i = 1; i < items.size() && !c.m.failed(); ++i)
    if (largest ? compare(c.m, comparison::gt, keys[i], keys[best]) : less(c.m, keys[i], keys[best]))
      best = i;
  return items[best];
}
core::value do_min(call& c) {
  return extreme(c, false);
}
core::value do_max(call& c) {
  return extreme(c, true);
}

core::value do_sum(call& c) {
  auto items = iterate(c.m, c.self);
  core::value total = c.has(1) ? c[1] : core::value(0);
  if (total.is_string()) return c.m.fail_type("sum() can't sum strings [use ''.join(seq) instead]");
  for (auto& i : items) {
    auto v = c.has(0) && !c[0].is_none() ? dotted_attribute(c.m, i, c[0]) : i;
    if (!c.m.failed()) total = binary(c.m, op::add, total, v);
    if (c.m.failed()) return {};
  }
  return total;
}

core::value do_batch(call& c) {
  auto items = iterate(c.m, c.self);
  bool whole = core::is_integral(c[0]); // anything else is compared with, and never equal
  auto n = whole ? index(c.m, c[0]) : -1;
  core::list out, row;
  if (c.m.failed()) return {};
  for (auto& i : items) {
    if (static_cast<std::int64_t>(row.size()) == n) {
      out.push_back(core::value(std::move(row)));
      row.clear();
    }
    row.push_back(i);
  }
  if (!row.empty()) {
    if (c.has(1) && !c[1].is_none() && !whole && !less(c.m, core::value(static_cast<std::int64_t>(row.size())), c[0]) &&
        c.m.failed())
      return {};
    if (c.has(1) && !c[1].is_none() && n > 0 && c.m.fits(static_cast<std::size_t>(n)))
      while (static_cast<std::int64_t>(row.size()) < n) row.push_back(c[1]);
    out.push_back(core::value(std::move(row)));
  }
  return generated(std::move(out));
}

core::value do_slice(call& c) {
  auto items = iterate(c.m, c.self);
  auto slices = index(c.m, c[0]);
  if (c.m.failed()) return {};
  if (slices == 0) return c.m.fail("zero_division", "integer division or modulo by zero");
  core::list out;
  if (slices < 0) return generated({});
  if (!c.m.fits(static_cast<std::size_t>(slices))) return {};
  auto n = static_cast<std::int64_t>(items.size()), each = n / slices, extra = n % slices;
  std::int64_t at = 0;
  for (std::int64_t s = 0; s < slices; ++s) {
    auto take = each + (s < extra);
    core::list row(items.begin() + at, items.begin() + at + take);
    at += take;
    if (c.has(1) && !c[1].is_none() && s >= extra) row.push_back(c[1]);
    out.push_back(core::value(std::move(row)));
  }
  return generated(std::move(out));
}

core::value do_groupby(call& c) {
  auto items = iterate(c.m, c.self);
  bool exact = c.has(2) && truth(c.m, c[2]);
  const core::value* otherwise = c.has(1) && !c[1].is_none() ? &c[1] : nullptr;
  core::list keys, rows;
  for (std::size_t i = 0; i < items.size() && !c.m.failed(); ++i) {
    auto k = dotted_attribute(c.m, items[i], c[0], otherwise);
    keys.push_back(exact ? k : folded(k));
    rows.push_back(core::value::tuple({keys.back(), items[i]}));
  }
  if (c.m.failed() || !sort_by_keys(c.m, rows, keys, false)) return {};
  core::list out;
  for (std::size_t i = 0; i < rows.size();) {
    auto& key = rows[i].as_list()[0];
    core::list members;
    auto from = i;
    while (i < rows.size() && equal(c.m, rows[i].as_list()[0], key))
      members.push_back(rows[i++].as_list()[1]);
    if (c.m.failed()) return {};
    auto shown = exact ? key : dotted_attribute(c.m, rows[from].as_list()[1], c[0], otherwise);
    out.push_back(
        core::value::tuple({shown, core::value(std::move(members))}).with_subtype(core::subtype::group));
  }
  return core::value(std::move(out));
}

bool is_null_like(const core::value& v) {
  return v.is_none() || (v.is_string() && (v.as_string() == "None" || v.as_string() == "null"));
}

bool flatten_into(call& c, core::list& out, const core::list& items, std::int64_t levels, bool skip) {
  for (auto& i : items) {
    if (i.is_undefined()) return c.m.undefined_error(i), false;
    if (skip && is_null_like(i)) continue;
    if (i.is_sequence() && levels != 0) {
      if (!flatten_into(c, out, i.as_list(), levels < 0 ? levels : levels - 1, skip)) return false;
    } else {
      if (!c.m.fits(out.size() + 1)) return false;
      out.push_back(i);
    }
  }
  return true;
}

core::value do_flatten(call& c) {
  auto items = iterate(c.m, c.self);
  if (c.has(0) && !c[0].is_none() && !core::is_integral(c[0]))
    for (auto& i : items) // Python compares only where it comes to a list
      if (i.is_sequence())
        return c.m.fail_type("'>=' not supported between instances of '" + type_of(c[0]) + "' and 'int'");
  auto levels = core::is_integral(c[0]) ? std::max<std::int64_t>(0, index(c.m, c[0])) : -1;
  if (c.m.failed() || c.self.depth() > limits::value_depth)
    return c.m.fail("limit", "the list is nested too deeply");
  core::list out;
  flatten_into(c, out, items, levels, !c.has(1) || truth(c.m, c[1]));
  return core::value(std::move(out));
}

core::value zipped(call& c, bool longest) {
  std::string_view option = longest ? "fillvalue" : "strict";
  for (auto& e : c.named)
    if (e.key.as_string() != option)
      return c.m.fail_type(longest ? "zip_longest() got an unexpected keyword argument"
                                   : "'" + str(c.m, e.key) + "' is an invalid keyword argument for zip()");
  std::vector<core::list> columns{iterate(c.m, c.self)};
  for (auto& r : c.rest) columns.push_back(iterate(c.m, r));
  if (c.m.failed()) return {};
  if (auto* strict = c.named.find("strict"); strict && truth(c.m, *strict))
    for (std::size_t i = 1; i < columns.size(); ++i)
      if (columns[i].size() != columns[0].size())
        return c.m.fail("value", "zip() argument " + std::to_string(i + 1) + " is " +
                                     (columns[i].size() < columns[0].size() ? "shorter" : "longer") +
                                     " than argument" + (i > 1 ? "s 1-" + std::to_string(i) : " 1"));
  std::size_t n = columns[0].size();
  for (auto& col : columns) n = longest ? std::max(n, col.size()) : std::min(n, col.size());
  auto* fill = c.named.find("fillvalue");
  core::list out;
  for (std::size_t i = 0; i < n && c.m.step(); ++i) {
    core::list row;
    for (auto& col : columns) row.push_back(i < col.size() ? col[i] : fill ? *fill : core::value());
    out.push_back(core::value::tuple(std::move(row)));
  }
  return generated(std::move(out));
}
core::value do_zip(call& c) {
  return zipped(c, false);
}
core::value do_zip_longest(call& c) {
  return zipped(c, true);
}

core::value do_product(call& c) {
  for (auto& e : c.named)
    if (e.key.as_string() != "repeat")
      return c.m.fail_type("'" + str(c.m, e.key) + "' is an invalid keyword argument for product()");
  std::vector<core::list> pools{iterate(c.m, c.self)};
  for (auto& r : c.rest) pools.push_back(iterate(c.m, r));
  auto* times = c.named.find("repeat");
  auto n = times ? index(c.m, *times) : 1;
  if (c.m.failed()) return {};
  if (n < 0) return c.m.fail("value", "repeat argument cannot be negative");
  auto once = pools;
  if (n > 1000) return c.m.fail("limit", "the product would be too large");
  if (n == 0) pools.clear();
  for (std::int64_t i = 1; i < n; ++i) pools.insert(pools.end(), once.begin(), once.end());
  double size = 1;
  for (auto& p : pools) size *= static_cast<double>(p.size());
  if (size > static_cast<double>(limits::items) || !c.m.step(static_cast<std::uint64_t>(size)))
    return c.m.fail("limit", "the product would be too large");
  core::list out{core::value::tuple({})};
  for (auto& p : pools) {
    core::list next;
    for (auto& row : out)
      for (auto& i : p) {
        auto longer = row.as_list();
        longer.push_back(i);
        next.push_back(core::value::tuple(std::move(longer)));
      }
    out = std::move(next);
  }
  return generated(std::move(out));
}

/// Index tuples in itertools' order.
core::value choose(call& c, bool ordered) {
  std::int64_t r = 0;
  if (!ordered) {
    if (!c.has(0)) return c.m.fail_type("combinations() missing required argument 'r' (pos 2)");
    r = index(c.m, c[0]);
    if (c.m.failed()) return {};
  }
  auto items = iterate(c.m, c.self);
  auto n = items.size();
  if (c.m.failed()) return {};
  if (ordered) {
    if (c.has(0) && !c[0].is_none() && !core::is_integral(c[0])) return c.m.fail_type("Expected int as r");
    r = c.has(0) && !c[0].is_none() ? index(c.m, c[0]) : static_cast<std::int64_t>(n);
    if (c.m.failed()) return {};
  }
  if (r < 0) return c.m.fail("value", "r must be non-negative");
  core::list out;
  if (r > static_cast<std::int64_t>(n)) return generated({});
  auto k = static_cast<std::size_t>(r);
  std::vector<std::size_t> pick;
  auto taken = [&](std::size_t i) { return std::find(pick.begin(), pick.end(), i) != pick.end(); };
  // Counting up, depth first: `next` is the candidate for the place behind `pick`.
  std::size_t next = 0;
  while (c.m.step()) {
    if (pick.size() == k) {
      core::list row;
      for (auto i : pick) row.push_back(items[i]);
      out.push_back(core::value::tuple(std::move(row)));
      if (!c.m.fits(out.size())) return {};
      if (pick.empty()) break;
      next = pick.back() + 1;
      pick.pop_back();
      continue;
    }
    while (next < n && ordered && taken(next)) ++next;
    if (next < n) {
      pick.push_back(next);
      next = ordered ? 0 : next + 1;
      continue;
    }
    if (pick.empty()) break;
    next = pick.back() + 1;
    pick.pop_back();
  }
  return generated(std::move(out));
}
core::value do_permutations(call& c) {
  return choose(c, true);
}
core::value do_combinations(call& c) {
  return choose(c, false);
}

constexpr function_def rows[] = {
    {"list", do_list, "", 0, "sync_do_list"},
    {"length", do_length, "", function_takes, "len"},
    {"count", do_length, "", function_takes, "len"},
    {"first", do_first, "", 0, "sync_do_first"},
    {"last", do_last, "", 0, "do_last"},
    {"join", do_join, "d= attribute=", function_join, "sync_do_join"},
    {"reverse", do_reverse, "", function_generator, "do_reverse"},
    {"sort", do_sort, "reverse= case_sensitive= attribute=", 0, "do_sort"},
    {"min", do_min, "case_sensitive= attribute=", 0, "do_min"},
    {"max", do_max, "case_sensitive= attribute=", 0, "do_max"},
    {"sum", do_sum, "attribute= start=", 0, "sync_do_sum"},
    {"batch", do_batch, "linecount fill_with=", function_generator, "do_batch"},
    {"slice", do_slice, "slices fill_with=", function_generator, "sync_do_slice"},
    {"groupby", do_groupby, "attribute default= case_sensitive=", 0, "sync_do_groupby"},
    {"flatten", do_flatten, "levels= skip_nulls=", function_ansible},
    {"zip", do_zip, "*iterables **options", function_ansible | function_generator},
    {"zip_longest", do_zip_longest, "*iterables **options", function_ansible | function_generator},
    {"product", do_product, "*iterables **options", function_ansible | function_generator},
    {"permutations", do_permutations, "r=", function_ansible | function_generator},
    {"combinations", do_combinations, "r=", function_ansible | function_generator},
};

} // namespace

constinit const function_table list_filters = rows;

} // namespace mito::templating

// Methods of dicts, lists and tuples, dates; those that change their object work on a copy.
#include <algorithm>
#include <span>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/dates.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

core::value dict_get(call& c) {
  if (c[0].is_undefined()) return c.m.undefined_error(c[0]);
  if (!core::hashable(c[0]))
    return c.m.fail_type("unhashable type: '" + std::string(core::type_name(c[0])) + "'");
  auto found = mapping_get(c.m, c.self, c[0]);
  return found ? *found : c[1];
}
core::value dict_keys(call& c) {
  return core::value(iterate(c.m, c.self)).with_subtype(core::subtype::dict_keys);
}
core::value dict_values(call& c) {
  core::list out;
  if (c.self.is_dict()) {
    for (auto& e : c.self.as_dict()) out.push_back(e.val);
  } else {
    for (auto& k : mapping_keys(c.self)) out.push_back(mapping_get(c.m, c.self, k).value_or(core::value()));
  }
  return core::value(std::move(out)).with_subtype(core::subtype::dict_values);
}
core::value dict_items(call& c) {
  core::list out;
  if (c.self.is_dict()) {
    for (auto& e : c.self.as_dict()) out.push_back(core::value::tuple({e.key, e.val}));
  } else {
    for (auto& k : mapping_keys(c.self))
      out.push_back(core::value::tuple({k, mapping_get(c.m, c.self, k).value_or(core::value())}));
  }
  return core::value(std::move(out)).with_subtype(core::subtype::dict_items);
}
core::value dict_copy(call& c) {
  return core::value(to_dict(c.m, c.self));
}
core::value dict_fromkeys(call& c) {
  core::dict out;
  for (auto& k : iterate(c.m, c[0])) out.set_key(k, c[1]);
  return core::value(std::move(out));
}

constexpr function_def dict_methods[] = {
    {"get", dict_get, "key default=", function_sealed}, {"keys", dict_keys, "", function_sealed},
    {"values", dict_values, "", function_sealed},       {"items", dict_items, "", function_sealed},
    {"copy", dict_copy, "", function_sealed},           {"fromkeys", dict_fromkeys, "iterable value="},
};

core::value list_index(call& c) {
  auto& items = c.self.as_list();
  auto n = static_cast<std::int64_t>(items.size());
  std::int64_t from = c.has(1) ? index(c.m, c[1]) : 0, to = c.has(2) ? index(c.m, c[2]) : n;
  if (from < 0) from = std::max<std::int64_t>(0, from + n);
  if (to < 0) to += n;
  for (auto i = from; i < std::min(to, n); ++i)
    if (equal(c.m, items[static_cast<std::size_t>(i)], c[0])) return i;
  if (c.self.is_tuple()) return c.m.fail("value", "tuple.index(x): x not in tuple");
  return c.m.fail("value", core::to_repr(c[0]) + " is not in list");
}
core::value list_count(call& c) {
  std::int64_t n = 0;
  for (auto& i : c.self.as_list()) n += equal(c.m, i, c[0]);
  return n;
}
core::value list_copy(call& c) {
  return c.self;
}

constexpr function_def list_methods[] = {
    {"index", list_index, "value start= stop="}, {"count", list_count, "value"}, {"copy", list_copy, ""}};

core::value set_of(core::list items) {
  core::list out;
  for (auto& i : items)
    if (std::find(out.begin(), out.end(), i) == out.end()) out.push_back(i);
  return core::value(std::move(out)).with_subtype(core::subtype::set);
}
core::value set_union(call& c) {
  auto items = c.self.as_list();
  for (auto& i : iterate(c.m, c[0])) items.push_back(i);
  return set_of(std::move(items));
}
core::value set_pick(call& c, bool wanted) {
  auto other = iterate(c.m, c[0]);
  core::list out;
  for (auto& i : c.self.as_list())
    if ((std::find(other.begin(), other.end(), i) != other.end()) == wanted) out.push_back(i);
  return set_of(std::move(out));
}
core::value set_intersection(call& c) {
  return set_pick(c, true);
}
core::value set_difference(call& c) {
  return set_pick(c, false);
}
constexpr function_def set_methods[] = {{"union", set_union, "other"},
                                        {"intersection", set_intersection, "other"},
                                        {"difference", set_difference, "other"}};

core::value date_strftime(call& c) {
  std::string hold;
  auto t = c.self.as_datetime();
  if (c.self.kind() == core::kind::date) t = {c.self.as_date(), 0, 0, 0, 0, core::datetime::naive};
  return text(format_time(str_view(c.m, c[0], hold), t, ""));
}
core::value date_isoformat(call& c) {
  auto s = core::to_str(c.self);
  if (s.size() > 10)
    s[10] = c.has(0) && c[0].is_string() && !c[0].as_string().empty() ? c[0].as_string()[0] : 'T';
  return text(s);
}
core::value date_timestamp(call& c) {
  return timestamp(c.self.as_datetime());
}
core::value date_weekday(call& c) {
  return static_cast<std::int64_t>(weekday(c.self.as_date()));
}
core::value date_isoweekday(call& c) {
  return static_cast<std::int64_t>(weekday(c.self.as_date()) + 1);
}
core::value date_date(call& c) {
  return core::value(c.self.as_date());
}
constexpr function_def date_methods[] = {
    {"strftime", date_strftime, "format"}, {"isoformat", date_isoformat, "sep="},
    {"timestamp", date_timestamp, ""},     {"weekday", date_weekday, ""},
    {"isoweekday", date_isoweekday, ""},   {"date", date_date, ""},
};

core::value delta_seconds(call& c) {
  return static_cast<double>(c.self.as_timedelta().microseconds) / 1e6;
}
constexpr function_def delta_methods[] = {{"total_seconds", delta_seconds, ""}};

core::value float_is_integer(call& c) {
  double d = c.self.as_real();
  return d - d == 0 && d == static_cast<double>(static_cast<std::int64_t>(d));
}
core::value int_bit_length(call& c) {
  std::int64_t n = 0;
  for (auto i = c.self.as_int() < 0 ? -c.self.as_int() : c.self.as_int(); i; i >>= 1) ++n;
  return n;
}
constexpr function_def float_methods[] = {{"is_integer", float_is_integer, ""}};
constexpr function_def int_methods[] = {{"bit_length", int_bit_length, ""}};
core::value bytes_decode(call& c) {
  return text(core::to_valid_utf8(c.self.as_string()));
}
constexpr function_def bytes_methods[] = {{"decode", bytes_decode, "encoding= errors="}};

const function_def* find_row(std::span<const function_def> table, std::string_view name) {
  for (auto& row : table)
    if (row.name == name) return &row;
  return nullptr;
}

constexpr std::string_view list_mutators[] = {"append",  "extend", "insert", "pop",     "remove", "sort",
                                              "reverse", "clear",  "add",    "discard", "update"};
constexpr std::string_view dict_mutators[] = {"update", "pop", "popitem", "setdefault", "clear"};

bool bind(machine& m, const core::list& args, std::size_t least, std::size_t most, std::string_view name) {
  if (args.size() >= least && args.size() <= most) return true;
  m.fail_type(std::string(name) + " expected " + (args.size() < least ? "at least " : "at most ") +
              std::to_string(args.size() < least ? least : most) + " argument" +
              ((args.size() < least ? least : most) == 1 ? "" : "s") + ", got " +
              std::to_string(args.size()));
  return false;
}

core::value mutate_dict(machine& m, core::dict& d, std::string_view name, const core::list& args,
                        const core::dict& named) {
  if (name == "clear") return d = {}, core::value();
  if (name == "update") {
    if (!bind(m, args, 0, 1, name)) return {};
    if (!args.empty() && is_mapping(args[0])) {
      d.update(to_dict(m, args[0]));
    } else if (!args.empty()) {
      for (auto& pair : iterate(m, args[0])) {
        auto kv = iterate(m, pair);
        if (m.failed()) return {};
        if (kv.size() != 2)
          return m.fail("value", "dictionary update sequence element has length " +
                                     std::to_string(kv.size()) + "; 2 is required");
        d.set_key(kv[0], kv[1]);
      }
    }
    d.update(named);
    return {};
  }
  if (name == "popitem") {
    if (d.empty()) return m.fail("key", "'popitem(): dictionary is empty'");
    auto last = d.at(d.size() - 1);
    d.erase_key(last.key);
    return core::value::tuple({last.key, last.val});
  }
  if (!bind(m, args, 1, 2, name)) return {};
  auto* found = d.find_key(args[0]);
  if (name == "setdefault") {
    if (found) return *found;
    d.set_key(args[0], args.size() > 1 ? args[1] : core::value());
    return args.size() > 1 ? args[1] : core::value();
  }
  if (!found) return args.size() > 1 ? args[1] : m.fail("key", core::to_repr(args[0]));
  auto v = *found;
  d.erase_key(args[0]);
  return v;
}

core::value mutate_list(machine& m, core::list& l, std::string_view name, const core::list& args,
                        const core::dict& named) {
  auto n = static_cast<std::int64_t>(l.size());
  if (name == "append" || name == "add") {
    if (!bind(m, args, 1, 1, name) || !m.fits(l.size() + 1)) return {};
    if (name == "append" || std::find(l.begin(), l.end(), args[0]) == l.end()) l.push_back(args[0]);
  } else if (name == "extend" || name == "update") {
    if (!bind(m, args, 1, 1, name)) return {};
    auto more = iterate(m, args[0]);
    if (!m.fits(l.size() + more.size())) return {};
    l.insert(l.end(), more.begin(), more.end());
  } else if (name == "insert") {
    if (!bind(m, args, 2, 2, name)) return {};
    auto at = index(m, args[0]);
    if (at < 0) at = std::max<std::int64_t>(0, at + n);
    l.insert(l.begin() + std::min(at, n), args[1]);
  } else if (name == "pop") {
    if (!bind(m, args, 0, 1, name)) return {};
    auto at = args.empty() ? n - 1 : index(m, args[0]);
    if (at < 0) at += n;
    if (n == 0) return m.fail("index", "pop from empty list");
    if (at < 0 || at >= n) return m.fail("index", "pop index out of range");
    auto v = l[static_cast<std::size_t>(at)];
    l.erase(l.begin() + at);
    return v;
  } else if (name == "remove" || name == "discard") {
    if (!bind(m, args, 1, 1, name)) return {};
    auto it = std::find(l.begin(), l.end(), args[0]);
    if (it != l.end())
      l.erase(it);
    else if (name == "remove")
      return m.fail("value", "list.remove(x): x not in list");
  } else if (name == "sort") {
    auto* reverse = named.find("reverse");
    sort_by_keys(m, l, l, reverse && reverse->truthy());
  } else if (name == "reverse") {
    std::reverse(l.begin(), l.end());
  } else {
    l.clear();
  }
  return {};
}

} // namespace

const function_def* find_method(const core::value& object, std::string_view name) {
  switch (object.kind()) {
  case core::kind::string:
    return find_string_method(name);
  case core::kind::dict:
    return find_row(dict_methods, name);
  case core::kind::list:
    if (object.subtype() == core::subtype::set) return find_row(set_methods, name);
    return find_row(list_methods, name);
  case core::kind::tuple:
    return name == "copy" ? nullptr : find_row(list_methods, name);
  case core::kind::date:
  case core::kind::datetime:
    return find_row(date_methods, name);
  case core::kind::timedelta:
    return find_row(delta_methods, name);
  case core::kind::real:
    return find_row(float_methods, name);
  case core::kind::integer:
    return find_row(int_methods, name);
  case core::kind::bytes:
    return find_row(bytes_methods, name);
  case core::kind::object:
    return is_mapping(object) ? find_row(dict_methods, name) : nullptr;
  default:
    return nullptr;
  }
}

bool is_mutator(const core::value& object, std::string_view name) {
  auto in = [&](auto& names) {
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
  };
  if (object.subtype() != core::subtype::set &&
      (name == "add" || name == "discard" || (name == "update" && object.is_list())))
    return false;
  return (object.is_list() && in(list_mutators)) || (object.is_dict() && in(dict_mutators));
}

core::value mutate(machine& m, const core::value& object, std::string_view name, core::list args,
                   core::dict named, core::value& changed) {
  if (m.env().sandboxed && !m.step()) return {};
  // Each change copies: a loop that appends without end must pay for it.
  if (!m.step(1 + static_cast<std::uint64_t>(object.is_dict() ? object.as_dict().size()
                                                              : object.as_list().size()) /
                      16))
    return {};
  if (object.is_dict()) {
    core::dict d(object.as_dict());
    auto v = mutate_dict(m, d, name, args, named);
    changed = core::value(std::move(d));
    return v;
  }
  core::list l(object.as_list());
  auto v = mutate_list(m, l, name, args, named);
  changed = core::value(std::move(l)).with_subtype(object.subtype());
  return v;
}

} // namespace mito::templating

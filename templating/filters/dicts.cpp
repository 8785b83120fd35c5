// Filters on dicts, and Ansible's conversions between dicts and lists.
#include <algorithm>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

core::value do_items(call& c) {
  if (c.self.is_undefined()) return generated({});
  if (!is_mapping(c.self)) return c.m.fail_type("Can only get item pairs from a mapping.");
  core::list out;
  for (auto& e : to_dict(c.m, c.self)) out.push_back(core::value::tuple({e.key, e.val}));
  return generated(std::move(out));
}

core::value do_dictsort(call& c) {
  auto by = c.has(1) ? str(c.m, c[1]) : "key";
  if (by != "key" && by != "value")
    return c.m.fail("filter_argument", "You can only sort by either \"key\" or \"value\"");
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!is_mapping(c.self))
    return c.m.fail("attribute",
                    "'" + type_of(c.self) + "' object has no attribute 'items'");
  bool exact = c.has(0) && truth(c.m, c[0]);
  core::list out, keys;
  for (auto& e : to_dict(c.m, c.self)) {
    out.push_back(core::value::tuple({e.key, e.val}));
    auto& k = by == "key" ? e.key : e.val;
    keys.push_back(exact ? k : folded(k));
  }
  sort_by_keys(c.m, out, std::move(keys), c.has(2) && truth(c.m, c[2]));
  return core::value(std::move(out));
}

core::value do_dict2items(call& c) {
  if (!is_mapping(c.self))
    return filter_type_error(c, "dict2items requires a dictionary, got " + class_of(c.self) + " instead.");
  auto key = c.has(0) ? c[0] : text("key"), val = c.has(1) ? c[1] : text("value");
  core::list out;
  for (auto& e : to_dict(c.m, c.self)) {
    core::dict d;
    d.set_key(key, e.key);
    d.set_key(val, e.val);
    out.push_back(core::value(std::move(d)));
  }
  return core::value(std::move(out));
}

core::value do_items2dict(call& c) {
  if (!is_py_sequence(c.self))
    return filter_type_error(c, "items2dict requires a list, got " + class_of(c.self) + " instead.");
  auto not_dicts = [&] {
    if (c.self.is_tuple() && c.self.as_list().size() != 1) // Python's own slip: "…%s" % a tuple
      return c.m.fail_type("not all arguments converted during string formatting");
    return filter_type_error(c, "items2dict requires a list of dictionaries, got " + repr(c.m, c.self) + " instead.");
  };
  auto key = c.has(0) ? c[0] : text("key"), val = c.has(1) ? c[1] : text("value");
  core::dict out;
  for (auto& i : iterate(c.m, c.self)) {
    if (!is_mapping(i)) return not_dicts();
    auto k = mapping_get(c.m, i, key), v = mapping_get(c.m, i, val);
    if (!k || !v)
      return filter_type_error(c, "items2dict requires each dictionary in the list to contain the keys '" +
                                      str(c.m, key) + "' and '" + str(c.m, val) + "', got " +
                                      repr(c.m, c.self) + " instead.");
    if (!core::hashable(*k)) return not_dicts();
    out.set_key(*k, *v);
  }
  return core::value(std::move(out));
}

enum class list_merge { replace, keep, append, prepend, append_rp, prepend_rp };

bool has(const core::list& l, const core::value& v) {
  return std::find(l.begin(), l.end(), v) != l.end();
}

core::list merged_lists(const core::list& x, const core::list& y, list_merge how) {
  core::list out;
  auto add = [&](const core::list& from, const core::list* without) {
    for (auto& i : from)
      if (!without || !has(*without, i)) out.push_back(i);
  };
  switch (how) {
  case list_merge::append:
    add(x, nullptr), add(y, nullptr);
    break;
  case list_merge::prepend:
    add(y, nullptr), add(x, nullptr);
    break;
  case list_merge::append_rp:
    add(x, &y), add(y, nullptr);
    break;
  case list_merge::prepend_rp:
    add(y, nullptr), add(x, &y);
    break;
  case list_merge::keep:
    return x;
  default:
    return y;
  }
  return out;
}

/// merge_hash(): `y` has precedence.
core::dict merged(const core::dict& x, const core::dict& y, bool recursive, list_merge how) {
  if (!recursive && how == list_merge::replace) {
    core::dict out(x);
    out.update(y);
    return out;
  }
  core::dict out(x);
  for (auto& e : y) {
    auto* old = out.find_key(e.key);
    if (!old) {
      out.set_key(e.key, e.val);
    } else if (old->is_dict() && e.val.is_dict()) {
      if (recursive)
        out.set_key(e.key, core::value(merged(old->as_dict(), e.val.as_dict(), recursive, how)));
      else
        out.set_key(e.key, e.val);
    } else if (old->is_list() && e.val.is_list()) {
      out.set_key(e.key, core::value(merged_lists(old->as_list(), e.val.as_list(), how)));
    } else {
      out.set_key(e.key, e.val);
    }
  }
  return out;
}

void gather(const core::list& items, core::list& out, int levels) {
  for (auto& i : items) {
    if (i.kind() == core::kind::range && levels > 0) { // a sequence too
      auto r = i.as_range();
      for (std::int64_t n = 0; n < std::min<std::int64_t>(r.size(), 100'000); ++n) out.push_back(r.start + n * r.step);
      continue;
    }
    if (i.is_none() || (i.is_string() && (i.as_string() == "None" || i.as_string() == "null"))) continue;
    if (i.is_sequence() && levels > 0)
      gather(i.as_list(), out, levels - 1);
    else
      out.push_back(i);
  }
}

core::value do_combine(call& c) {
  auto take = [&](std::string_view key) {
    auto* v = c.named.find(key);
    core::value found = v ? *v : core::value();
    c.named.erase(key);
    return found;
  };
  auto recursive = take("recursive"), merge = take("list_merge");
  if (!c.named.empty())
    return filter_error(c, "'recursive' and 'list_merge' are the only valid keyword arguments");
  static constexpr std::string_view names[] = {"replace", "keep",      "append",
                                               "prepend", "append_rp", "prepend_rp"};
  auto wanted = merge.is_none() ? "replace" : str(c.m, merge);
  auto which = std::find(std::begin(names), std::end(names), wanted);
  bool known = which != std::end(names);
  auto unknown = [&] {
    return c.m.fail("error", "merge_hash: 'list_merge' argument can only be equal to 'replace', 'keep', "
                             "'append', 'prepend', 'append_rp' or 'prepend_rp'");
  };
  core::list terms{c.self}, dicts;
  for (auto& r : c.rest) terms.push_back(r);
  for (auto& t : terms)
    if (t.has_undefined()) {
      if (t.is_undefined()) return c.m.undefined_error(t);
    }
  gather(terms, dicts, 1);
  for (auto& d : dicts) {
    const core::value* bad = d.has_undefined() ? &d : nullptr;
    while (bad && !bad->is_undefined()) {
      const core::value* inner = nullptr;
      for (auto& i : bad->as_list())
        if (!inner && i.has_undefined()) inner = &i;
      for (auto& e : bad->as_dict())
        if (!inner && e.val.has_undefined()) inner = &e.val;
      bad = inner;
    }
    if (bad) return c.m.undefined_error(*bad);
  }
  if (dicts.empty()) return core::value(core::dict{});
  if (dicts.size() == 1) return dicts[0];
  if (!known) return unknown();
  // From the last to the first, as Ansible merges: the last has precedence and the first fixes the order.
  core::value result = dicts.back();
  for (std::size_t i = dicts.size() - 1; i-- > 0;) {
    if (!is_mapping(dicts[i]) || !is_mapping(result))
      return c.m.fail("error", "failed to combine variables, expected dicts but got a '" +
                                   type_of(dicts[i]) + "' and a '" +
                                   type_of(result) + "': \n" +
                                   core::to_json(dicts[i], {.spaced = true, .ascii = true}) + "\n" +
                                   core::to_json(result, {.spaced = true, .ascii = true}));
    result = core::value(merged(to_dict(c.m, dicts[i]), to_dict(c.m, result), recursive.truthy(),
                                static_cast<list_merge>(which - std::begin(names))));
  }
  return result;
}

core::value do_subelements(call& c) {
  core::list elements;
  if (c.self.is_dict())
    for (auto& e : c.self.as_dict()) elements.push_back(e.val);
  else if (c.self.is_list())
    elements = c.self.as_list();
  else
    return filter_error(c, "obj must be a list of dicts or a nested dict");
  core::list path;
  if (c[0].is_list())
    path = c[0].as_list();
  else if (c[0].is_string())
    for (auto p : core::split(c[0].as_string(), '.')) path.push_back(text(p));
  else
    return filter_type_error(c, "subelements must be a list or a string");
  bool skip = c.has(1) && truth(c.m, c[1]);
  core::list out;
  for (auto& e : elements) {
    auto values = e;
    for (auto& p : path) {
      if (!is_mapping(values))
        return filter_type_error(c, "the key " + str(c.m, p) + " should point to a dictionary, got '" +
                                        str(c.m, values) + "'");
      auto next = mapping_get(c.m, values, p);
      if (!next && !skip)
        return filter_error(c, "could not find " + core::to_repr(p) + " key in iterated item " +
                                   repr(c.m, values));
      if (!next) {
        values = core::value(core::list{});
        break;
      }
      values = *next;
    }
    if (!values.is_list())
      return filter_type_error(c, "the key " + core::to_repr(path.back()) + " should point to a list, got " +
                                      repr(c.m, values));
    for (auto& v : values.as_list()) out.push_back(core::value::tuple({e, v}));
  }
  return core::value(std::move(out));
}

core::value do_rekey_on_member(call& c) {
  auto duplicates = c.has(1) ? str(c.m, c[1]) : "error";
  if (duplicates != "error" && duplicates != "overwrite")
    return filter_error(c, "duplicates parameter to rekey_on_member has unknown value: " + duplicates);
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (c[0].is_undefined()) return c.m.undefined_error(c[0]);
  core::list items;
  if (is_mapping(c.self)) {
    for (auto& e : to_dict(c.m, c.self)) items.push_back(e.val);
  } else if (is_iterable(c.self) && !c.self.is_string()) {
    items = iterate(c.m, c.self);
  } else {
    return filter_type_error(c, "Type is not a valid list, set, or dict");
  }
  core::dict out;
  for (auto& i : items) {
    if (!is_mapping(i)) return filter_type_error(c, "List item is not a valid dict");
    auto key = mapping_get(c.m, i, c[0]);
    if (!key) return filter_error(c, "Key " + str(c.m, c[0]) + " was not found");
    if (out.find_key(*key) && duplicates == "error")
      return filter_error(c, "Key " + str(c.m, *key) + " is not unique, cannot correctly turn into dict");
    out.set_key(*key, i);
  }
  return core::value(std::move(out));
}

constexpr function_def rows[] = {
    {"items", do_items, "", function_generator, "do_items"},
    {"dictsort", do_dictsort, "case_sensitive= by= reverse=", 0, "do_dictsort"},
    {"dict2items", do_dict2items, "key_name= value_name=", function_ansible,
     "dict_to_list_of_dict_key_value_elements"},
    {"items2dict", do_items2dict, "key_name= value_name=", function_ansible,
     "list_of_dict_key_value_elements_to_dict"},
    {"combine", do_combine, "*terms **kwargs", function_ansible},
    {"subelements", do_subelements, "subelements skip_missing=", function_ansible},
    {"rekey_on_member", do_rekey_on_member, "key duplicates=", function_ansible},
};

} // namespace

constinit const function_table dict_filters = rows;

} // namespace mito::templating

// Methods of dict.
#include "core/python.hpp"
#include "templating/methods.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

core::value unhashable(call& c, const core::value& key) {
  return c.m.fail_type("unhashable type: '" + type_of(key) + "'");
}

core::value do_get(call& c) {
  if (c[0].is_undefined()) return c.m.undefined_error(c[0]);
  if (!core::hashable(c[0])) return unhashable(c, c[0]);
  auto found = mapping_get(c.m, c.self, c[0]);
  return found ? *found : c[1];
}
core::value do_keys(call& c) {
  return core::value(iterate(c.m, c.self)).with_subtype(core::subtype::dict_keys);
}
core::value do_values(call& c) {
  core::list out;
  if (c.self.is_dict()) {
    for (auto& e : c.self.as_dict()) out.push_back(e.val);
  } else {
    for (auto& k : mapping_keys(c.self)) out.push_back(mapping_get(c.m, c.self, k).value_or(core::value()));
  }
  return core::value(std::move(out)).with_subtype(core::subtype::dict_values);
}
core::value do_items(call& c) {
  core::list out;
  if (c.self.is_dict()) {
    for (auto& e : c.self.as_dict()) out.push_back(core::value::tuple({e.key, e.val}));
  } else {
    for (auto& k : mapping_keys(c.self))
      out.push_back(core::value::tuple({k, mapping_get(c.m, c.self, k).value_or(core::value())}));
  }
  return core::value(std::move(out)).with_subtype(core::subtype::dict_items);
}
core::value do_copy(call& c) {
  return core::value(to_dict(c.m, c.self));
}
core::value do_fromkeys(call& c) {
  core::dict out;
  for (auto& k : iterate(c.m, c[0])) {
    if (!core::hashable(k)) return unhashable(c, k);
    out.set_key(k, c[1]);
  }
  return core::value(std::move(out));
}

/// What the object becomes.
void become(call& c, core::dict d) {
  *c.changed = core::value(std::move(d));
}

core::value do_clear(call& c) {
  become(c, {});
  return {};
}
core::value do_update(call& c) {
  auto d = c.changed->take_dict();
  if (c.rest.size() > 1)
    return c.m.fail_type("update expected at most 1 argument, got " + std::to_string(c.rest.size()));
  if (!c.rest.empty() && !update_pairs(c.m, d, c.rest[0])) return {};
  d.update(c.named);
  if (!c.m.fits(d.size())) return {};
  become(c, std::move(d));
  return {};
}
core::value do_popitem(call& c) {
  if (c.self.as_dict().empty()) return c.m.fail("key", "'popitem(): dictionary is empty'");
  auto d = c.changed->take_dict();
  auto last = d.at(d.size() - 1);
  d.erase_key(last.key);
  become(c, std::move(d));
  return core::value::tuple({last.key, last.val});
}
core::value do_pop(call& c) {
  auto* found = core::hashable(c[0]) ? c.self.as_dict().find_key(c[0]) : nullptr;
  if (!found) return c.has(1) ? c[1] : c.m.fail("key", repr(c.m, c[0]));
  auto v = *found;
  auto d = c.changed->take_dict();
  d.erase_key(c[0]);
  become(c, std::move(d));
  return v;
}
core::value do_setdefault(call& c) {
  if (!core::hashable(c[0])) return unhashable(c, c[0]);
  if (auto* found = c.self.as_dict().find_key(c[0])) return *found;
  auto d = c.changed->take_dict();
  d.set_key(c[0], c[1]);
  become(c, std::move(d));
  return c[1];
}

constexpr std::uint16_t plain = function_method, changes = function_method | function_changes;

constexpr function_def rows[] = {
    {"get", do_get, "key default=", plain},
    {"keys", do_keys, "", plain},
    {"values", do_values, "", plain},
    {"items", do_items, "", plain},
    {"copy", do_copy, "", plain},
    {"fromkeys", do_fromkeys, "iterable value=", plain},
    {"clear", do_clear, "", changes},
    {"update", do_update, "*other **named", changes},
    {"popitem", do_popitem, "", changes},
    {"pop", do_pop, "key default=", changes},
    {"setdefault", do_setdefault, "key default=", changes},
};

} // namespace

bool update_pairs(machine& m, core::dict& d, const core::value& other) {
  if (is_mapping(other)) return d.update(to_dict(m, other)), true;
  std::size_t n = 0;
  for (auto& pair : iterate(m, other)) {
    std::string element = "dictionary update sequence element #" + std::to_string(n++);
    if (!is_iterable(pair)) return m.fail_type("cannot convert " + element + " to a sequence"), false;
    auto kv = iterate(m, pair);
    if (m.failed()) return false;
    if (kv.size() != 2)
      return m.fail("value", element + " has length " + std::to_string(kv.size()) + "; 2 is required"), false;
    if (!core::hashable(kv[0])) return m.fail_type("unhashable type: '" + type_of(kv[0]) + "'"), false;
    d.set_key(kv[0], kv[1]);
  }
  return !m.failed();
}

const function_table dict_methods = rows;

} // namespace mito::templating

// map, select and reject, and what picks one of several.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

core::value do_map(call& c) {
  if (!truth(c.m, c.self)) return generated({});
  core::list out;
  auto* attribute = c.named.find("attribute");
  if (c.rest.empty() && !attribute) return c.m.fail("filter_argument", "map requires a filter argument");
  auto items = iterate(c.m, c.self);
  if (c.m.failed()) return {};
  if (c.rest.empty() && attribute) {
    auto path = *attribute;
    auto* given = c.named.find("default");
    core::value otherwise = given ? *given : core::value();
    for (auto& e : c.named)
      if (e.key.as_string() != "attribute" && e.key.as_string() != "default")
        return c.m.fail("filter_argument", "Unexpected keyword argument " + core::to_repr(e.key));
    for (auto& i : items) {
      out.push_back(dotted_attribute(c.m, i, path, otherwise.is_none() ? nullptr : &otherwise));
      if (c.m.failed()) return {};
    }
    return generated(std::move(out));
  }
  auto name = str(c.m, c.rest[0]);
  core::list args(c.rest.begin() + 1, c.rest.end());
  for (auto& i : items) {
    out.push_back(c.m.apply_filter(name, i, args, c.named));
    if (c.m.failed()) return {};
  }
  return generated(std::move(out));
}

core::value pick(call& c, bool wanted, bool by_attribute) {
  if (!truth(c.m, c.self)) return generated({});
  std::size_t off = by_attribute ? 1 : 0;
  if (by_attribute && c.rest.empty())
    return c.m.fail("filter_argument", "Missing parameter for attribute name");
  auto items = iterate(c.m, c.self);
  core::list out, args;
  std::string name;
  bool test = c.rest.size() > off;
  if (test) {
    name = str(c.m, c.rest[off]);
    args.assign(c.rest.begin() + static_cast<std::ptrdiff_t>(off) + 1, c.rest.end());
  }
  for (auto& i : items) {
    auto v = by_attribute ? dotted_attribute(c.m, i, c.rest[0]) : i;
    if (c.m.failed()) return {};
    bool yes = truth(c.m, test ? c.m.apply_test(name, v, args, c.named) : v);
    if (c.m.failed()) return {};
    if (yes == wanted) out.push_back(i);
  }
  return generated(std::move(out));
}
core::value do_select(call& c) {
  return pick(c, true, false);
}
core::value do_reject(call& c) {
  return pick(c, false, false);
}
core::value do_selectattr(call& c) {
  return pick(c, true, true);
}
core::value do_rejectattr(call& c) {
  return pick(c, false, true);
}

core::value do_default(call& c) {
  if (c.self.is_undefined() || (c.has(1) && truth(c.m, c[1]) && !c.self.truthy()))
    return c.has(0) ? c[0] : text("");
  return c.self;
}

core::value do_attr(call& c) {
  if (!c[0].is_string())
    return c.m.fail_type("attribute name must be string, not '" + type_of(c[0]) + "'");
  auto& name = c[0];
  if (c.self.is_undefined()) return get_attribute(c.m, c.self, name);
  if (auto v = python_attribute(c.m, c.self, name.as_string())) return *v;
  return undefined_attribute(c.m, c.self, name);
}

core::value do_ternary(call& c) {
  if (c.self.is_none() && c.has(2) && !c[2].is_none()) return c[2];
  return truth(c.m, c.self) ? c[0] : c[1];
}

core::value do_mandatory(call& c) {
  if (!c.self.is_undefined()) return c.self;
  if (c.has(0) && !c[0].is_none()) return filter_error(c, str(c.m, c[0]));
  // The variable's name, or what the undefined's text quotes last.
  auto hint = c.self.as_string();
  std::string name;
  auto* at_call = c.m.place();
  if (at_call && at_call->type == op::filter && at_call->a && at_call->a->type == op::name)
    name = core::to_repr(at_call->a->val);
  else if (hint.ends_with("' is undefined"))
    name = hint.substr(0, hint.size() - 13);
  else if (auto at = hint.find(" has no attribute "); at != hint.npos)
    name = hint.substr(at + 18);
  return filter_error(c, "Mandatory variable " + (name.empty() ? "" : name + " ") + " not defined.");
}

core::value do_extract(call& c) {
  core::list keys{c.self};
  if (c[1].is_list())
    keys.insert(keys.end(), c[1].as_list().begin(), c[1].as_list().end());
  else if (!c[1].is_none())
    keys.push_back(c[1]);
  auto v = c[0];
  for (auto& k : keys) {
    v = get_item(c.m, v, k);
    if (c.m.failed()) return {};
  }
  return v;
}

core::value do_type_debug(call& c) {
  return text(type_of(c.self));
}

core::value do_bool(call& c) {
  if (c.self.is_none() || c.self.is_bool()) return c.self;
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (c.self.is_string()) {
    auto s = core::lower(c.self.as_string());
    return s == "yes" || s == "on" || s == "1" || s == "true";
  }
  return c.self == core::value(1);
}

constexpr function_def rows[] = {
    {"map", do_map, "*args **kwargs", function_impure | function_generator, "sync_do_map"},
    {"select", do_select, "*args **kwargs", function_impure | function_generator, "sync_do_select"},
    {"reject", do_reject, "*args **kwargs", function_impure | function_generator, "sync_do_reject"},
    {"selectattr", do_selectattr, "*args **kwargs", function_impure | function_generator,
     "sync_do_selectattr"},
    {"rejectattr", do_rejectattr, "*args **kwargs", function_impure | function_generator,
     "sync_do_rejectattr"},
    {"default", do_default, "default_value= boolean=", 0, "do_default"},
    {"d", do_default, "default_value= boolean=", 0, "do_default"},
    {"attr", do_attr, "name", 0, "do_attr"},
    {"ternary", do_ternary, "true_val false_val none_val=", function_ansible},
    {"mandatory", do_mandatory, "msg=", function_ansible},
    {"extract", do_extract, "container morekeys=", function_ansible},
    {"type_debug", do_type_debug, "", function_ansible, "<lambda>"},
    {"bool", do_bool, "", function_ansible, "to_bool"},
};

} // namespace

constinit const function_table select_filters = rows;

} // namespace mito::templating

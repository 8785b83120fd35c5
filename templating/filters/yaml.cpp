// to_yaml, to_nice_yaml, from_yaml, from_yaml_all.
#include <algorithm>

#include "core/python.hpp"
#include "templating/filters/common.hpp"
#include "templating/yaml_text.hpp"

namespace mito::templating {

namespace {

core::value dumped(call& c, yaml_style style) {
  for (auto& e : c.named) {
    auto key = e.key.as_string();
    auto number = [&](int& field) {
      if (e.val.is_int()) field = static_cast<int>(std::clamp<std::int64_t>(e.val.as_int(), -1, INT32_MAX));
      if (e.val.is_real() && e.val.as_real() > 1e9) field = INT32_MAX;
    };
    if (key == "indent")
      number(style.indent);
    else if (key == "width")
      number(style.width);
    else if (key == "sort_keys")
      style.sort_keys = truth(c.m, e.val);
    else if (key == "allow_unicode")
      style.unicode = truth(c.m, e.val);
    else if (key == "explicit_start")
      style.explicit_start = truth(c.m, e.val);
    else if (key == "explicit_end")
      style.explicit_end = truth(c.m, e.val);
    else if (key == "default_flow_style") {
      style.flow.reset();
      if (!e.val.is_none()) style.flow = truth(c.m, e.val);
    } else
      return filter_error(c, std::string(c.def.name) + " - the option '" + std::string(key) +
                                 "' is not supported");
  }
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  std::string out;
  auto why = dump_yaml(c.m, out, c.self, style);
  if (!why.empty()) return filter_error(c, std::string(c.def.name) + " - " + why);
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

core::value do_to_yaml(call& c) {
  return dumped(c, {});
}

core::value do_to_nice_yaml(call& c) {
  yaml_style style;
  style.indent =
      c.has(0) && c[0].is_int() ? static_cast<int>(std::clamp<std::int64_t>(c[0].as_int(), 0, 100)) : 4;
  style.flow = false;
  return dumped(c, style);
}

core::value do_from_yaml(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_string()) return c.self;
  auto all = load_yaml(c.self.as_string());
  if (!all) return c.m.fail(all.error());
  if (all->size() > 1)
    return c.m.fail("yaml", "expected a single document in the stream, but found another document");
  return all->empty() ? core::value() : (*all)[0];
}

core::value do_from_yaml_all(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_string()) return c.self;
  auto all = load_yaml(c.self.as_string());
  return all ? generated(std::move(*all)) : c.m.fail(all.error());
}

constexpr function_def rows[] = {
    {"to_yaml", do_to_yaml, "*args **kw", function_ansible | function_verbatim | function_sealed},
    {"to_nice_yaml", do_to_nice_yaml, "indent= *args **kw", function_ansible | function_verbatim | function_sealed},
    {"from_yaml", do_from_yaml, "", function_ansible},
    {"from_yaml_all", do_from_yaml_all, "", function_ansible | function_generator},
};

} // namespace

constinit const function_table yaml_filters = rows;

} // namespace mito::templating

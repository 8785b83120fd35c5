// to_yaml, to_nice_yaml, from_yaml, from_yaml_all.
#include <algorithm>

#include "core/python.hpp"
#include "templating/filters/common.hpp"
#include "templating/yaml_text.hpp"

namespace mito::templating {

namespace {

/// An exception of yaml.dump() as the filters word it.
core::value dump_error(call& c, const std::string& why) {
  return filter_error(c, std::string(c.def.name) + " - " + why + ". " + why);
}

/// Keyword arguments of yaml.dump(); `nice`: to_nice_yaml, which sets some itself.
bool read_option(call& c, std::string_view key, const core::value& v, bool nice, yaml_style& style) {
  auto number = [&](int& field) {
    if (v.is_int()) field = static_cast<int>(std::clamp<std::int64_t>(v.as_int(), -1, INT32_MAX));
    if (v.is_real() && v.as_real() > 1e9) field = INT32_MAX;
    return true;
  };
  auto flag = [&](bool& field) { return field = truth(c.m, v), !c.m.failed(); };
  if (key == "allow_unicode" || (nice && key == "default_flow_style"))
    return dump_error(c, "yaml.dump() got multiple values for keyword argument '" + std::string(key) + "'"), false;
  if (key == "default_flow_style") {
    style.flow.reset();
    if (!v.is_none()) style.flow = truth(c.m, v);
    return !c.m.failed();
  }
  if (key == "default_style") {
    style.default_style = v.is_string() && !v.as_string().empty() ? v.as_string()[0] : '\0';
    return true;
  }
  if (key == "version") {
    if (v.is_sequence() && v.as_list().size() == 2) {
      style.major = static_cast<int>(v.as_list()[0].as_int()), style.minor = static_cast<int>(v.as_list()[1].as_int());
      style.explicit_start = true;
    }
    return true;
  }
  if (key == "line_break") {
    style.line_break = v.as_string() == "\r" ? "\r" : v.as_string() == "\r\n" ? "\r\n" : "\n";
    return true;
  }
  if (key == "indent") return number(style.indent);
  if (key == "width") return number(style.width);
  if (key == "sort_keys") return flag(style.sort_keys);
  if (key == "canonical") return flag(style.canonical);
  if (key == "explicit_start") return flag(style.explicit_start);
  if (key == "explicit_end") return flag(style.explicit_end);
  if (key == "encoding" || key == "tags") return true;
  dump_error(c, "dump_all() got an unexpected keyword argument '" + std::string(key) + "'");
  return false;
}

core::value dumped(call& c, yaml_style style, bool nice) {
  for (auto& e : c.named)
    if (!read_option(c, e.key.as_string(), e.val, nice, style)) return {};
  std::string out;
  auto why = dump_yaml(c.m, out, c.self, style);
  if (!why.empty()) return dump_error(c, why);
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

core::value do_to_yaml(call& c) {
  return dumped(c, {}, false);
}

core::value do_to_nice_yaml(call& c) {
  yaml_style style;
  style.indent =
      c.has(0) && c[0].is_int() ? static_cast<int>(std::clamp<std::int64_t>(c[0].as_int(), 0, 100)) : 4;
  style.flow = false;
  return dumped(c, style, true);
}

core::value do_from_yaml(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_string()) return c.self;
  auto all = load_yaml(c.self.as_string(), true);
  if (!all) return c.m.fail(all.error());
  return all->empty() ? core::value() : (*all)[0];
}

core::value do_from_yaml_all(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (!c.self.is_string()) return c.self;
  auto all = load_yaml(c.self.as_string());
  return all ? generated(std::move(*all)) : c.m.fail(all.error());
}

constexpr function_def rows[] = {
    {"to_yaml", do_to_yaml, "*args **kw", function_ansible | function_verbatim},
    {"to_nice_yaml", do_to_nice_yaml, "indent= *args **kw", function_ansible | function_verbatim},
    {"from_yaml", do_from_yaml, "", function_ansible},
    {"from_yaml_all", do_from_yaml_all, "", function_ansible | function_generator},
};

} // namespace

constinit const function_table yaml_filters = rows;

} // namespace mito::templating

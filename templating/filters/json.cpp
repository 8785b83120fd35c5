// to_json, to_nice_json, from_json, tojson.
#include "core/json.hpp"

#include <algorithm>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/json_text.hpp"

namespace mito::templating {

namespace {

/// json.dumps(indent=…): None, a number of blanks, or the text itself.
void set_indent(call& c, dump_options& o, const core::value& v) {
  o.indent = v.is_none() ? -1 : v.is_string() ? 0 : static_cast<int>(std::min<std::int64_t>(index(c.m, v), 1000));
  o.indent_text = v.is_string() ? v.as_string() : std::string_view();
}

/// Options of json.dumps() that the filters pass on.
dump_options read_options(call& c, int indent, bool sort) {
  dump_options o;
  o.indent = indent;
  o.sort_keys = sort;
  constexpr std::string_view others[] = {"skipkeys",       "check_circular", "allow_nan", "cls", "default",
                                         "preprocess_unsafe", "vault_to_text"};
  for (auto& e : c.named) {
    auto key = e.key.as_string();
    if (key == "indent")
      set_indent(c, o, e.val);
    else if (key == "sort_keys")
      o.sort_keys = truth(c.m, e.val);
    else if (key == "ensure_ascii")
      o.ascii = truth(c.m, e.val);
    else if (key == "separators" && e.val.is_sequence() && e.val.as_list().size() == 2)
      o.item_separator = str(c.m, e.val.as_list()[0]), o.key_separator = str(c.m, e.val.as_list()[1]);
    else if (std::find(std::begin(others), std::end(others), key) == std::end(others) && key != "separators")
      c.m.fail_type("JSONEncoder.__init__() got an unexpected keyword argument '" + std::string(key) + "'");
  }
  return o;
}

core::value dumped(call& c, const dump_options& o) {
  std::string out;
  if (c.m.failed() || !dump_json(c.m, out, c.self, o) || !c.m.fits(0, out.size())) return {};
  return text(out);
}

core::value do_to_json(call& c) {
  return dumped(c, read_options(c, -1, false));
}

core::value do_to_nice_json(call& c) {
  auto o = read_options(c, 4, true);
  if (c.has(0)) set_indent(c, o, c[0]);
  if (c.named.contains("separators"))
    return c.m.fail_type("to_json() got multiple values for keyword argument 'separators'");
  if (c.has(1)) o.sort_keys = truth(c.m, c[1]);
  o.item_separator = ",";
  o.key_separator = ": ";
  return dumped(c, o);
}

/// Where json.loads() stops, in its words.
core::value do_from_json(call& c) {
  if (!c.self.is_string() && c.self.kind() != core::kind::bytes)
    return c.m.fail_type("the JSON object must be str, bytes or bytearray, not " +
                         type_of(c.self));
  core::json_limits limits;
  limits.depth = 400;
  limits.trust = core::trust::source;
  auto v = core::parse_json(c.self.as_string(), limits);
  if (v) return *v;
  return c.m.fail("json", json_error(c.self.as_string()));
}

/// htmlsafe: for scripts inside HTML.
core::value do_tojson(call& c) {
  dump_options o;
  o.ansible = false;
  if (c.has(0)) set_indent(c, o, c[0]);
  o.sort_keys = true;
  std::string out, safe;
  if (!dump_json(c.m, out, c.self, o)) return {};
  for (char ch : out) {
    switch (ch) {
    case '<':
      safe += "\\u003c";
      break;
    case '>':
      safe += "\\u003e";
      break;
    case '&':
      safe += "\\u0026";
      break;
    case '\'':
      safe += "\\u0027";
      break;
    default:
      safe += ch;
    }
  }
  return c.m.fits(0, safe.size()) ? markup(safe) : core::value();
}

constexpr function_def rows[] = {
    {"to_json", do_to_json, "*args **kw", function_ansible | function_verbatim},
    {"to_nice_json", do_to_nice_json, "indent= sort_keys= *args **kw", function_ansible | function_verbatim},
    {"from_json", do_from_json, "**kw", function_ansible, "loads"},
    {"tojson", do_tojson, "indent=", 0, "do_tojson"},
};

} // namespace

constinit const function_table json_filters = rows;

} // namespace mito::templating

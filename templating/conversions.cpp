// str(), bool(), list(), len() and friends, with Python's errors.
#include <cmath>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

const lazy_mapping* as_lazy(const core::value& v) {
  auto* o = v.as_object();
  return o && o->tag() == lazy_mapping::static_tag() ? static_cast<const lazy_mapping*>(o) : nullptr;
}

/// Whether touching an undefined value fails; the milder classes act as empty.
bool strict(machine& m, const core::value& v) {
  auto u = m.env().undefined;
  return v.subtype() != core::subtype::lenient &&
         (u == undefined_mode::ansible || u == undefined_mode::strict);
}

std::string debug_text(std::string_view hint) {
  // DebugUndefined: {{ name }} for missing names, a description for the rest.
  if (hint.starts_with('\'') && hint.ends_with("' is undefined"))
    return "{{ " + std::string(hint.substr(1, hint.size() - 15)) + " }}";
  auto at = hint.find("' has no attribute ");
  if (at != hint.npos && hint.starts_with('\''))
    return "{{ no such element: " + std::string(hint.substr(1, at - 1)) + "[" +
           std::string(hint.substr(at + 19)) + "] }}";
  at = hint.find(" has no element ");
  if (at != hint.npos)
    return "{{ no such element: " + std::string(hint.substr(0, at)) + "[" +
           std::string(hint.substr(at + 16)) + "] }}";
  return "{{ undefined value printed: " + std::string(hint) + " }}";
}

void append_object(std::string& out, const core::value& v) {
  if (auto* o = as_script(v); o && o->lenient_text(out)) return;
  if (auto* lazy = as_lazy(v)) {
    (void)lazy;
    out += "<" + type_of(v) + ">";
    return;
  }
  core::append_repr(out, v);
}

void append_repr_of(machine& m, std::string& out, const core::value& v, unsigned level);

void append_members(machine& m, std::string& out, const core::list& items, unsigned level) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i) out += ", ";
    append_repr_of(m, out, items[i], level);
  }
}

void append_list(machine& m, std::string& out, const core::value& v, unsigned level) {
  auto& items = v.as_list();
  switch (v.subtype()) {
  case core::subtype::set:
    if (items.empty()) {
      out += "set()";
      return;
    }
    out += '{';
    append_members(m, out, items, level);
    out += '}';
    return;
  case core::subtype::dict_keys:
  case core::subtype::dict_values:
  case core::subtype::dict_items:
    out += type_of(v);
    out += "([";
    append_members(m, out, items, level);
    out += "])";
    return;
  default:
    out += v.is_tuple() ? '(' : '[';
    append_members(m, out, items, level);
    out += v.is_tuple() ? (items.size() == 1 ? ",)" : ")") : "]";
  }
}

/// repr() of an undefined value. What an attribute was missing from is not kept: only names are told.
void append_undefined(machine& m, std::string& out, const core::value& v) {
  if (!m.env().ansible || v.subtype() == core::subtype::lenient) {
    out += "Undefined";
    return;
  }
  auto hint = v.as_string();
  bool name = hint.starts_with('\'') && hint.ends_with("' is undefined");
  out += "AnsibleUndefined(hint=";
  name ? out += "None" : (core::append_repr(out, hint), out);
  out += ", obj=missing, name=";
  name ? (core::append_repr(out, hint.substr(1, hint.size() - 15)), out) : out += "None";
  out += ')';
}

void append_repr_of(machine& m, std::string& out, const core::value& v, unsigned level) {
  if (level > limits::value_depth) {
    m.fail("limit", "the value is nested too deeply");
    return;
  }
  if (v.is_sequence()) return append_list(m, out, v, level + 1);
  if (v.is_dict()) {
    out += '{';
    bool first = true;
    for (auto& e : v.as_dict()) {
      if (!first) out += ", ";
      first = false;
      append_repr_of(m, out, e.key, level + 1);
      out += ": ";
      append_repr_of(m, out, e.val, level + 1);
    }
    out += '}';
    return;
  }
  if (v.is_undefined()) {
    append_undefined(m, out, v);
  } else if (v.is_object()) {
    append_object(out, v);
  } else if (is_markup(v)) {
    out += "Markup(";
    core::append_repr(out, v.as_string());
    out += ')';
  } else {
    core::append_repr(out, v);
  }
}

} // namespace

namespace {

/// The module and class of a string, which Ansible has several of.
std::pair<std::string_view, std::string_view> string_class(const core::value& v) {
  switch (v.subtype()) {
  case core::subtype::markup:
    return {"markupsafe.", "Markup"};
  case core::subtype::verbatim:
    if (v.trust() == core::trust::data) return {"ansible.utils.unsafe_proxy.", "NativeJinjaUnsafeText"};
    return {"ansible.utils.native_jinja.", "NativeJinjaText"};
  default:
    break;
  }
  if (v.trust() == core::trust::data) return {"ansible.utils.unsafe_proxy.", "AnsibleUnsafeText"};
  return {"", "str"};
}

} // namespace

std::string type_of(const core::value& v) {
  if (v.is_string()) return std::string(string_class(v).second);
  if (v.is_undefined() && v.subtype() == core::subtype::lenient) return "Undefined";
  if (v.subtype() == core::subtype::group) return "_GroupTuple";
  return std::string(core::type_name(v));
}

std::string type_of(machine& m, const core::value& v) {
  if (!v.is_undefined() || v.subtype() == core::subtype::lenient) return type_of(v);
  switch (m.env().undefined) {
  case undefined_mode::ansible:
    return "AnsibleUndefined";
  case undefined_mode::strict:
    return "StrictUndefined";
  case undefined_mode::chainable:
    return "ChainableUndefined";
  case undefined_mode::debug:
    return "DebugUndefined";
  default:
    return "Undefined";
  }
}

std::string object_name(const core::value& v) {
  if (v.is_none()) return "None";
  std::string out;
  if (v.is_string()) {
    auto [module, name] = string_class(v);
    out = module;
    out += name;
  } else {
    if (v.subtype() == core::subtype::group) out = "jinja2.filters.";
    if (v.is_undefined()) out = v.subtype() == core::subtype::lenient ? "jinja2.runtime." : "ansible.template.native_helpers.";
    if (v.kind() == core::kind::date || v.kind() == core::kind::datetime || v.kind() == core::kind::timedelta)
      out = "datetime.";
    if (auto* o = as_script(v)) out = o->module();
    out += type_of(v);
  }
  return out + " object";
}

std::string class_of(const core::value& v) {
  if (v.is_none()) return "<class 'NoneType'>";
  auto name = object_name(v);
  return "<class '" + name.substr(0, name.size() - std::string_view(" object").size()) + "'>";
}

bool truth(machine& m, const core::value& v) {
  if (v.is_undefined()) {
    if (strict(m, v)) m.undefined_error(v);
    return false;
  }
  if (auto* lazy = as_lazy(v)) return !lazy->keys().empty();
  return v.truthy();
}

void append_str(machine& m, std::string& out, const core::value& v) {
  switch (v.kind()) {
  case core::kind::string:
    out += v.as_string();
    return;
  case core::kind::integer:
    core::append_int(out, v.as_int());
    return;
  case core::kind::undefined:
    if (strict(m, v))
      m.undefined_error(v);
    else if (m.env().undefined == undefined_mode::debug)
      out += debug_text(v.as_string());
    return;
  case core::kind::list:
  case core::kind::tuple:
  case core::kind::dict:
  case core::kind::object:
    append_repr_of(m, out, v, 0);
    return;
  default:
    out += core::to_str(v);
  }
}

std::string str(machine& m, const core::value& v) {
  std::string out;
  append_str(m, out, v);
  return out;
}

std::string_view str_view(machine& m, const core::value& v, std::string& hold) {
  if (v.is_string()) return v.as_string();
  hold.clear();
  append_str(m, hold, v);
  return hold;
}

std::string repr(machine& m, const core::value& v) {
  std::string out;
  append_repr_of(m, out, v, 0);
  return out;
}

core::list characters(std::string_view s) {
  core::list out;
  for (std::size_t at = 0; at < s.size();) {
    auto from = at;
    core::next_utf8(s, at);
    out.push_back(text(s.substr(from, at - from)));
  }
  return out;
}

core::list iterate(machine& m, const core::value& v) {
  if (v.is_sequence()) return v.as_list();
  if (v.is_string()) return m.fits(v.as_string().size()) ? characters(v.as_string()) : core::list{};
  core::list out;
  if (is_mapping(v)) {
    for (auto& k : mapping_keys(v)) out.push_back(k);
    return out;
  }
  if (v.kind() == core::kind::range) {
    auto r = v.as_range();
    auto n = r.size();
    if (!m.fits(static_cast<std::size_t>(n)) || !m.step(static_cast<std::uint64_t>(n))) return out;
    out.reserve(static_cast<std::size_t>(n));
    for (std::int64_t i = 0; i < n; ++i) out.push_back(r.start + i * r.step);
    return out;
  }
  if (v.kind() == core::kind::bytes) {
    for (char c : v.as_string()) out.push_back(static_cast<int>(static_cast<unsigned char>(c)));
    return out;
  }
  if (v.is_undefined()) {
    if (strict(m, v)) m.undefined_error(v);
    return out;
  }
  if (auto* o = as_script(v))
    if (auto* items = o->elements()) return *items;
  m.fail_type("'" + type_of(v) + "' object is not iterable");
  return out;
}

bool is_iterable(const core::value& v) {
  if (auto* o = as_script(v)) return o->elements() != nullptr;
  return v.is_sequence() || v.is_string() || is_mapping(v) || v.kind() == core::kind::range ||
         v.kind() == core::kind::bytes;
}

std::int64_t length(machine& m, const core::value& v) {
  if (v.is_string()) return static_cast<std::int64_t>(core::count_code_points(v.as_string()));
  if (v.is_sequence()) return static_cast<std::int64_t>(v.as_list().size());
  if (v.is_dict()) return static_cast<std::int64_t>(v.as_dict().size());
  if (v.kind() == core::kind::range) return v.as_range().size();
  if (v.kind() == core::kind::bytes) return static_cast<std::int64_t>(v.as_string().size());
  if (is_mapping(v)) return static_cast<std::int64_t>(mapping_keys(v).size());
  if (v.is_undefined()) {
    if (strict(m, v)) m.undefined_error(v);
    return 0;
  }
  m.fail_type("object of type '" + type_of(v) + "' has no len()");
  return -1;
}

std::int64_t index(machine& m, const core::value& v) {
  if (v.is_int() || v.is_bool()) return v.as_int();
  if (v.is_undefined())
    m.undefined_error(v);
  else if (v.kind() == core::kind::big_integer)
    m.fail("overflow", "Python int too large to convert to C ssize_t");
  else
    m.fail_type("'" + type_of(v) + "' object cannot be interpreted as an integer");
  return 0;
}

double real(machine& m, const core::value& v) {
  if (core::is_integral(v)) return core::integer_to_double(v);
  if (v.is_real()) return v.as_real();
  if (v.is_undefined())
    m.undefined_error(v);
  else
    m.fail_type("must be real number, not " + type_of(v));
  return 0;
}

std::optional<double> parse_float(std::string_view s) {
  s = stripped(s, std::nullopt);
  std::string plain;
  for (std::size_t i = 0; i < s.size(); ++i) {
    auto digit = [&](std::size_t at) { return at < s.size() && s[at] >= '0' && s[at] <= '9'; };
    if (s[i] != '_')
      plain += s[i];
    else if (i == 0 || !digit(i - 1) || !digit(i + 1))
      return std::nullopt;
  }
  auto low = core::lower(plain);
  auto bare = std::string_view(low).substr(!low.empty() && (low[0] == '-' || low[0] == '+'));
  bool named = bare == "inf" || bare == "infinity" || bare == "nan";
  if (!named && (bare.empty() || bare.find_first_not_of("0123456789.e+-") != bare.npos)) return std::nullopt;
  char* end = nullptr;
  double d = std::strtod(plain.c_str(), &end);
  if (end == plain.c_str() || *end) return std::nullopt;
  return d;
}

double to_float(machine& m, const core::value& v) {
  if (core::is_integral(v) || v.is_real() || v.is_undefined()) return real(m, v);
  if (v.is_string()) {
    if (auto d = parse_float(v.as_string())) return *d;
    m.fail("value", "could not convert string to float: " + repr(m, v));
  } else {
    m.fail_type("float() argument must be a string or a real number, not '" + type_of(v) + "'");
  }
  return 0;
}

core::value no_attribute(machine& m, const core::value& v, std::string_view name) {
  if (v.is_undefined()) return m.undefined_error(v);
  return m.fail("attribute", "'" + type_of(v) + "' object has no attribute '" + std::string(name) + "'");
}

void append_escaped(std::string& out, std::string_view s) {
  for (char c : s) {
    switch (c) {
    case '&':
      out += "&amp;";
      break;
    case '<':
      out += "&lt;";
      break;
    case '>':
      out += "&gt;";
      break;
    case '\'':
      out += "&#39;";
      break;
    case '"':
      out += "&#34;";
      break;
    default:
      out += c;
    }
  }
}

std::string escape(machine& m, const core::value& v) {
  if (is_markup(v)) return std::string(v.as_string());
  std::string out;
  append_escaped(out, str(m, v));
  return out;
}

bool is_mapping(const core::value& v) {
  return v.is_dict() || as_lazy(v);
}

std::vector<core::value> mapping_keys(const core::value& v) {
  if (auto* lazy = as_lazy(v)) return lazy->keys();
  std::vector<core::value> out;
  for (auto& e : v.as_dict()) out.push_back(e.key);
  return out;
}

std::optional<core::value> mapping_get(machine& m, const core::value& v, const core::value& key) {
  if (auto* lazy = as_lazy(v)) {
    auto found = lazy->get(key);
    if (!found) return found;
    m.taint(*found);
    if (found->templated()) return m.nested(*found, {});
    return found;
  }
  auto* found = v.as_dict().find_key(key);
  return found ? std::optional(*found) : std::nullopt;
}

core::dict to_dict(machine& m, const core::value& v) {
  if (v.is_dict()) return v.as_dict();
  core::dict out;
  for (auto& k : mapping_keys(v))
    if (auto found = mapping_get(m, v, k)) out.set_key(k, *found);
  return out;
}

bool is_callable(const core::value& v) {
  auto* o = as_script(v);
  return o && o->callable();
}

} // namespace mito::templating

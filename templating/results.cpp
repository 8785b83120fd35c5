#include "templating/results.hpp"

#include "templating/literals.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

core::value first_undefined(const core::value& v) {
  if (v.is_undefined()) return v;
  for (auto& i : v.as_list())
    if (i.has_undefined()) return first_undefined(i);
  for (auto& e : v.as_dict())
    if (e.val.has_undefined()) return first_undefined(e.val);
  return v;
}

namespace {

std::string joined(machine& m, sink& out) {
  if (out.count == 1) append_str(m, out.text, out.first);
  out.count = 2;
  return std::move(out.text);
}

/// True when repr() and literal evaluation would give back an equal value, so that both can be saved.
bool survives_round_trip(const core::value& v) {
  switch (v.kind()) {
  case core::kind::none:
  case core::kind::boolean:
  case core::kind::integer:
  case core::kind::string:
    return true;
  case core::kind::real:
    return v.as_real() - v.as_real() == 0;
  case core::kind::list:
  case core::kind::tuple:
    if (v.subtype() != core::subtype::plain) return false;
    for (auto& i : v.as_list())
      if (!survives_round_trip(i)) return false;
    return true;
  case core::kind::dict:
    for (auto& e : v.as_dict())
      if (!survives_round_trip(e.key) || !survives_round_trip(e.val)) return false;
    return true;
  default:
    return false;
  }
}

/// Ansible's default mode: what looks like a container or a bool is read as a Python literal.
core::value eval_concat(machine& m, sink& out) {
  if (out.count == 1 && out.first.is_string() && out.first.subtype() == core::subtype::verbatim)
    return out.first.with_subtype(core::subtype::plain);
  core::value single;
  if (out.count == 1) single = out.first;
  // str() of a bool reads back as itself; containers need the round trip, for it changes what is inside.
  if (single.is_bool()) return single;
  if (single.is_string()) {
    auto s = single.as_string();
    if (s.empty() || (s[0] != '{' && s[0] != '[' && s != "True" && s != "False"))
      return single.with_subtype(core::subtype::plain);
  }
  if ((single.is_list() || single.is_dict()) && single.depth() < 80 && survives_round_trip(single))
    return single;
  auto s = joined(m, out);
  if (s.starts_with('{') || s.starts_with('[') || s == "True" || s == "False")
    if (auto v = literal_eval(s, true, core::trust::source)) return *v;
  return text(s);
}

core::value native_concat(machine& m, sink& out) {
  if (out.count == 0) return {};
  if (out.count == 1) {
    if (!out.first.is_string()) return unwrapped(m, out.first);
    if (out.first.subtype() == core::subtype::verbatim) return out.first.with_subtype(core::subtype::plain);
  }
  auto s = joined(m, out);
  auto v = literal_eval(s, false, core::trust::source);
  if (!v) return text(s);
  if (!v->is_string() || !m.env().ansible) return *v;
  // Ansible gives a string literal its quotes back.
  return text(s[0] + std::string(v->as_string()) + s[0]);
}

} // namespace

core::value convert_output(machine& m, sink& out) {
  auto& env = m.env();
  if (env.native) return native_concat(m, out);
  if (out.count == 0) return m.autoescape() ? markup("") : text("");
  if (env.ansible && env.convert) return eval_concat(m, out);
  auto s = joined(m, out);
  return m.autoescape() ? markup(s) : text(s);
}

namespace {

bool needs_export(const core::value& v) {
  if (v.is_object()) return as_script(v) != nullptr;
  if (v.subtype() != core::subtype::plain && v.subtype() != core::subtype::set) return true;
  for (auto& i : v.as_list())
    if (needs_export(i)) return true;
  for (auto& e : v.as_dict())
    if (needs_export(e.val)) return true;
  return false;
}

} // namespace

core::value exported(machine& m, const core::value& v) {
  if (!needs_export(v)) return v;
  if (v.is_object() && as_script(v)) return text(str(m, v));
  if (v.depth() == 0 || v.kind() == core::kind::string)
    return v.is_string() ? v.with_subtype(core::subtype::plain) : v;
  if (v.is_sequence()) {
    core::list out;
    for (auto& i : v.as_list()) out.push_back(exported(m, i));
    return v.is_tuple() ? core::value::tuple(std::move(out)) : core::value(std::move(out));
  }
  core::dict out;
  for (auto& e : v.as_dict()) out.set_key(e.key, exported(m, e.val));
  return core::value(std::move(out));
}

} // namespace mito::templating

// Attribute and item access, as Jinja2's environment.getattr and getitem.
#include <algorithm>

#include "core/big_integer.hpp"
#include "core/encrypted.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

/// "dict object", "None": how Jinja2 names an object in messages.
std::string object_name(const core::value& v) {
  if (v.is_none()) return "None";
  if (core::as_encrypted(v)) return "ansible.parsing.yaml.objects.AnsibleVaultEncryptedUnicode object";
  return std::string(core::type_name(v)) + " object";
}

core::value undefined_element(const core::value& object, const core::value& key) {
  if (key.is_string())
    return core::value::undefined("'" + object_name(object) + "' has no attribute " + core::to_repr(key));
  return core::value::undefined(object_name(object) + " has no element " + core::to_repr(key));
}

bool chains(machine& m, const core::value& v) {
  auto u = m.env().undefined;
  if (v.subtype() == core::subtype::lenient) return false;
  return u == undefined_mode::ansible || u == undefined_mode::chainable;
}

std::optional<core::value> date_attribute(const core::value& v, std::string_view name) {
  auto i = [](auto n) { return core::value(static_cast<std::int64_t>(n)); };
  if (v.kind() == core::kind::date || v.kind() == core::kind::datetime) {
    auto d = v.as_date();
    if (name == "year") return i(d.year);
    if (name == "month") return i(d.month);
    if (name == "day") return i(d.day);
  }
  if (v.kind() == core::kind::datetime) {
    auto t = v.as_datetime();
    if (name == "hour") return i(t.hour);
    if (name == "minute") return i(t.minute);
    if (name == "second") return i(t.second);
    if (name == "microsecond") return i(t.microsecond);
    if (name == "tzinfo" && t.offset == core::datetime::naive) return core::value();
  }
  if (v.kind() == core::kind::timedelta) {
    constexpr std::int64_t day = 86400000000;
    auto us = v.as_timedelta().microseconds;
    auto days = us / day, rest = us % day;
    if (rest < 0) rest += day, --days;
    if (name == "days") return i(days);
    if (name == "seconds") return i(rest / 1000000);
    if (name == "microseconds") return i(rest % 1000000);
  }
  return std::nullopt;
}

/// Tries object[key]; nullopt for what would be a LookupError or TypeError.
std::optional<core::value> item_of(machine& m, const core::value& object, const core::value& key) {
  if (core::as_encrypted(object) || core::as_encrypted(key)) {
    auto x = unwrapped(m, object), k = unwrapped(m, key);
    return m.failed() ? std::nullopt : item_of(m, x, k);
  }
  if (object.is_dict()) {
    if (key.is_undefined()) {
      m.undefined_error(key);
      return std::nullopt;
    }
    auto* found = core::hashable(key) ? object.as_dict().find_key(key) : nullptr;
    return found ? std::optional(*found) : std::nullopt;
  }
  const bool views = object.is_list() && object.subtype() >= core::subtype::dict_keys;
  if (key.is_int() || key.is_bool()) {
    auto at = key.as_int();
    auto wrap = [&](std::int64_t n) {
      if (at < 0) at += n;
      return at >= 0 && at < n;
    };
    if (object.is_sequence() && !views) {
      auto& items = object.as_list();
      if (wrap(static_cast<std::int64_t>(items.size()))) return items[static_cast<std::size_t>(at)];
      return std::nullopt;
    }
    if (object.is_string()) {
      auto s = object.as_string();
      if (core::count_code_points(s) == s.size()) {
        if (!wrap(static_cast<std::int64_t>(s.size()))) return std::nullopt;
        return text(s.substr(static_cast<std::size_t>(at), 1));
      }
      auto all = characters(s);
      if (!wrap(static_cast<std::int64_t>(all.size()))) return std::nullopt;
      return all[static_cast<std::size_t>(at)];
    }
    if (object.kind() == core::kind::range) {
      auto r = object.as_range();
      if (!wrap(r.size())) return std::nullopt;
      return core::value(r.start + at * r.step);
    }
    if (object.kind() == core::kind::bytes) {
      auto s = object.as_string();
      if (!wrap(static_cast<std::int64_t>(s.size()))) return std::nullopt;
      return core::value(static_cast<int>(static_cast<unsigned char>(s[static_cast<std::size_t>(at)])));
    }
  }
  if (is_mapping(object)) return mapping_get(m, object, key);
  if (auto* o = as_script(object)) return o->item(m, key);
  return std::nullopt;
}

bool unsafe_name(std::string_view name) {
  return name.starts_with("__") || name == "mro" || name == "func_globals" || name == "gi_frame" ||
         name == "gi_code";
}

} // namespace

std::optional<core::value> python_attribute(machine& m, const core::value& object, std::string_view name) {
  if (core::as_encrypted(object)) {
    auto text = opened(m, object);
    if (m.failed()) return std::nullopt;
    return name == "data" ? text : python_attribute(m, text, name);
  }
  if (auto* o = as_script(object)) {
    auto v = o->member(m, name);
    if (v) return v;
  }
  if (auto* def = find_method(object, name)) return core::value::adopt(new bound_method(object, *def));
  if (object.is_tuple() && object.subtype() == core::subtype::group) {
    if (name == "grouper") return object.as_list()[0];
    if (name == "list") return object.as_list()[1];
  }
  if (auto v = date_attribute(object, name)) return v;
  if (name == "__class__")
    return core::value::adopt(
        new class_object(is_markup(object) ? "Markup" : std::string(core::type_name(object))));
  if ((core::is_integral(object) || object.is_real()) && (name == "real" || name == "numerator"))
    return object;
  return std::nullopt;
}

core::value undefined_attribute(machine&, const core::value& object, const core::value& name) {
  return undefined_element(object, name);
}

core::value get_attribute(machine& m, const core::value& object, const core::value& name) {
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (m.env().sandboxed && unsafe_name(name.as_string()))
    return core::value::undefined("access to attribute " + core::to_repr(name) + " of " +
                                  core::to_repr(text(core::type_name(object))) + " object is unsafe.");
  if (auto v = python_attribute(m, object, name.as_string())) return *v;
  if (auto v = item_of(m, object, name)) return *v;
  return undefined_element(object, name);
}

core::value get_item(machine& m, const core::value& object, const core::value& key) {
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (auto v = item_of(m, object, key)) return *v;
  if (m.failed()) return {};
  if (key.is_undefined()) return m.undefined_error(key);
  if (key.is_string()) {
    if (m.env().sandboxed && unsafe_name(key.as_string()))
      return core::value::undefined("access to attribute " + core::to_repr(key) + " of " +
                                    core::to_repr(text(core::type_name(object))) + " object is unsafe.");
    if (auto v = python_attribute(m, object, key.as_string())) return *v;
  }
  return undefined_element(object, unwrapped(m, key));
}

core::value dotted_attribute(machine& m, core::value v, const core::value& path,
                             const core::value* otherwise) {
  auto one = [&](const core::value& part) {
    v = get_item(m, v, part);
    if (otherwise && v.is_undefined()) v = *otherwise;
  };
  if (path.is_none()) return v;
  if (!path.is_string()) {
    one(path);
    return v;
  }
  for (auto part : core::split(path.as_string(), '.')) {
    bool digits = !part.empty() && part.find_first_not_of("0123456789") == part.npos;
    auto number = digits ? core::parse_int(part) : std::nullopt;
    one(number ? core::value(*number) : text(part));
    if (m.failed()) return {};
  }
  return v;
}

namespace {

/// Python's slice.indices().
struct bounds {
  std::int64_t start, stop, step;
};

bool slice_bounds(machine& m, const core::value& start, const core::value& stop, const core::value& step,
                  std::int64_t n, bounds& out) {
  auto part = [&](const core::value& v, std::int64_t otherwise) -> std::int64_t {
    if (v.is_none()) return otherwise;
    if (v.is_int() || v.is_bool()) return v.as_int();
    if (v.is_undefined())
      m.undefined_error(v);
    else if (v.kind() == core::kind::big_integer)
      return v.as_string().starts_with('-') ? INT64_MIN / 2 : INT64_MAX / 2;
    else
      m.fail_type("slice indices must be integers or None or have an __index__ method");
    return 0;
  };
  out.step = part(step, 1);
  if (m.failed()) return false;
  if (out.step == 0) {
    m.fail("value", "slice step cannot be zero");
    return false;
  }
  out.step = std::clamp<std::int64_t>(out.step, -INT64_MAX / 4, INT64_MAX / 4);
  bool down = out.step < 0;
  auto place = [&](const core::value& v, std::int64_t otherwise) {
    if (v.is_none()) return otherwise;
    auto i = part(v, 0);
    if (i < 0) i = i + n < 0 ? (down ? -1 : 0) : i + n;
    return std::min(i, down ? n - 1 : n);
  };
  out.start = place(start, down ? n - 1 : 0);
  out.stop = place(stop, down ? -1 : n);
  return !m.failed();
}

} // namespace

core::value slice(machine& m, const core::value& object, const core::value& start, const core::value& stop,
                  const core::value& step) {
  if (core::as_encrypted(object)) {
    auto text = opened(m, object);
    return m.failed() ? core::value() : slice(m, text, start, stop, step);
  }
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (!object.is_string() && !object.is_sequence() && object.kind() != core::kind::range) {
    auto shown =
        "slice(" + core::to_repr(start) + ", " + core::to_repr(stop) + ", " + core::to_repr(step) + ")";
    return core::value::undefined(object_name(object) + " has no element " + shown);
  }
  core::list items;
  std::string_view s;
  bool ascii = false;
  if (object.is_string()) {
    s = object.as_string();
    ascii = core::count_code_points(s) == s.size();
    if (!ascii) items = characters(s);
  } else if (!object.is_sequence()) {
    items = iterate(m, object);
  }
  auto& from = object.is_sequence() ? object.as_list() : items;
  auto n = static_cast<std::int64_t>(ascii ? s.size() : from.size());
  bounds b;
  if (m.failed() || !slice_bounds(m, start, stop, step, n, b)) return {};
  if (object.is_string()) {
    std::string out;
    for (auto i = b.start; b.step > 0 ? i < b.stop : i > b.stop; i += b.step) {
      auto at = static_cast<std::size_t>(i);
      ascii ? out += s[at] : out += from[at].as_string();
    }
    return text(out).with_subtype(is_markup(object) ? core::subtype::markup : core::subtype::plain);
  }
  core::list out;
  for (auto i = b.start; b.step > 0 ? i < b.stop : i > b.stop; i += b.step)
    out.push_back(from[static_cast<std::size_t>(i)]);
  return object.is_tuple() ? core::value::tuple(std::move(out)) : core::value(std::move(out));
}

} // namespace mito::templating

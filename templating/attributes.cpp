// Attribute and item access, as Jinja2's environment.getattr and getitem.
#include <algorithm>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

core::value undefined_element(machine& m, const core::value& object, const core::value& key) {
  if (key.is_string())
    return core::value::undefined("'" + object_name(object) + "' has no attribute " + repr(m, key));
  return core::value::undefined(object_name(object) + " has no element " + repr(m, key));
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

bool unsafe_name(std::string_view name) {
  return name.starts_with("__") || name == "mro" || name == "func_globals" || name == "gi_frame" ||
         name == "gi_code";
}

} // namespace

bool chains(machine& m, const core::value& v) {
  auto u = m.env().undefined;
  if (v.subtype() == core::subtype::lenient) return false;
  return u == undefined_mode::ansible || u == undefined_mode::chainable;
}

std::optional<core::value> item_of(machine& m, const core::value& object, const core::value& key) {
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
      auto sub = is_markup(object) ? core::subtype::markup : core::subtype::plain;
      if (core::count_code_points(s) == s.size()) {
        if (!wrap(static_cast<std::int64_t>(s.size()))) return std::nullopt;
        return text(s.substr(static_cast<std::size_t>(at), 1)).with_subtype(sub);
      }
      auto all = characters(s);
      if (!wrap(static_cast<std::int64_t>(all.size()))) return std::nullopt;
      return all[static_cast<std::size_t>(at)].with_subtype(sub);
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

std::optional<core::value> python_attribute(machine& m, const core::value& object, std::string_view name) {
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
        new class_object(type_of(object)));
  if (core::is_integral(object) && (name == "real" || name == "numerator")) return positive(m, object);
  if (core::is_integral(object) && (name == "imag" || name == "denominator"))
    return core::value(name == "imag" ? 0 : 1);
  if (object.is_real() && name == "real") return object;
  if (object.is_real() && name == "imag") return 0.0;
  if (object.kind() == core::kind::range) {
    auto r = object.as_range();
    if (name == "start") return core::value(r.start);
    if (name == "stop") return core::value(r.stop);
    if (name == "step") return core::value(r.step);
  }
  return std::nullopt;
}

core::value undefined_attribute(machine& m, const core::value& object, const core::value& name) {
  return undefined_element(m, object, name);
}

core::value get_attribute(machine& m, const core::value& object, const core::value& name) {
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (m.env().sandboxed && unsafe_name(name.as_string()))
    return core::value::undefined("access to attribute " + core::to_repr(name) + " of " +
                                  core::to_repr(text(type_of(object))) + " object is unsafe.");
  if (auto v = python_attribute(m, object, name.as_string())) return *v;
  if (auto v = item_of(m, object, name)) return *v;
  return undefined_element(m, object, name);
}

core::value get_item(machine& m, const core::value& object, const core::value& key) {
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (auto v = item_of(m, object, key)) return *v;
  if (m.failed()) return {};
  if (key.is_string()) {
    if (m.env().sandboxed && unsafe_name(key.as_string()))
      return core::value::undefined("access to attribute " + core::to_repr(key) + " of " +
                                    core::to_repr(text(type_of(object))) + " object is unsafe.");
    if (auto v = python_attribute(m, object, key.as_string())) return *v;
  }
  return undefined_element(m, object, key);
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

} // namespace mito::templating

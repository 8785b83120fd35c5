// object[key] and object[a:b] with Python's own errors.
#include <algorithm>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

core::value subscript(machine& m, const core::value& object, const core::value& key) {
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  if (auto v = item_of(m, object, key)) return *v;
  if (m.failed()) return {};
  bool sequence = object.is_string() || object.is_sequence() || object.kind() == core::kind::range ||
                  object.kind() == core::kind::bytes;
  if (is_mapping(object)) {
    if (!core::hashable(key)) return m.fail_type("unhashable type: '" + type_of(key) + "'");
    return m.fail("key", repr(m, key));
  }
  if (!sequence) return m.fail_type("'" + type_of(object) + "' object is not subscriptable");
  std::string kind = object.is_string() ? "string" : object.is_tuple() ? "tuple" : type_of(object);
  if (core::is_integral(key)) {
    if (key.kind() == core::kind::big_integer)
      return m.fail("index", "cannot fit 'int' into an index-sized integer");
    return m.fail("index", kind + (object.kind() == core::kind::range ? " object" : "") + " index out of range");
  }
  if (object.is_string()) return m.fail_type("string indices must be integers, not '" + type_of(key) + "'");
  return m.fail_type(kind + " indices must be integers or slices, not " + type_of(key));
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
    if (v.kind() == core::kind::big_integer)
      return v.as_string().starts_with('-') ? INT64_MIN / 2 : INT64_MAX / 2;
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
  if (object.is_undefined()) return chains(m, object) ? object : m.undefined_error(object);
  // Slices bypass Jinja2's own access: Python's errors come through.
  if (is_mapping(object)) return m.fail_type("unhashable type: 'slice'");
  const bool view = object.is_list() && object.subtype() != core::subtype::plain;
  if (view || (!object.is_string() && !object.is_sequence() && object.kind() != core::kind::range))
    return m.fail_type("'" + type_of(object) + "' object is not subscriptable");
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

#pragma once
/// What the filter files share.
#include "templating/semantics.hpp"
#include "templating/tables.hpp"

namespace mito::templating {

/// The input as text (soft_str).
inline std::string in_text(call& c) {
  return str(c.m, c.self);
}
/// Markup when the input is.
inline core::value like(call& c, std::string_view s) {
  return is_markup(c.self) ? markup(s) : text(s);
}
/// A list that is a generator in Python.
inline core::value generated(core::list items) {
  return core::value(std::move(items)).with_subtype(core::subtype::generator);
}
/// `attribute=` of sort, unique, min …: the items' keys, folded to lower case unless `exact`.
core::list sort_keys(machine& m, const core::list& items, const core::value& attribute, bool exact);
core::value folded(const core::value& v);
/// An error that Ansible raises as AnsibleFilterError.
inline core::value filter_error(call& c, std::string message) {
  return c.m.fail("filter", std::move(message));
}
/// … and as AnsibleFilterTypeError, which is a TypeError too.
inline core::value filter_type_error(call& c, std::string message) {
  return c.m.fail("filter_type", std::move(message));
}

} // namespace mito::templating

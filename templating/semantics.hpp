#pragma once
/// Python's operations over values, with its error texts. Each fails the machine and returns an empty value
/// on error.
#include "templating/machine.hpp"

namespace mito::templating {

/// A string that templating made.
inline core::value text(std::string_view s) {
  return core::value(s, core::trust::source);
}
inline core::value markup(std::string_view s) {
  return text(s).with_subtype(core::subtype::markup);
}
/// dict.keys(), .values(), .items()
inline bool is_view(const core::value& v) {
  return v.is_list() && v.subtype() >= core::subtype::dict_keys && v.subtype() <= core::subtype::dict_items;
}
inline bool is_markup(const core::value& v) {
  return v.is_string() && v.subtype() == core::subtype::markup;
}

// conversions (conversions.cpp)
/// type(v).__name__ as Python has it under Ansible: "str", "Markup", "AnsibleUnsafeText" (data) …
std::string type_of(const core::value& v);
/// The same, where plain Jinja2's classes of undefined values matter.
std::string type_of(machine& m, const core::value& v);
/// The same as CPython's argument clinic words it: "None" for None.
inline std::string name_of_type(const core::value& v) {
  return v.is_none() ? "None" : type_of(v);
}
/// "<class 'markupsafe.Markup'>": repr(type(v)).
std::string class_of(const core::value& v);
/// collections.abc.Sequence but for texts: lists, tuples and ranges.
inline bool is_py_sequence(const core::value& v) {
  return v.is_tuple() || v.kind() == core::kind::range || (v.is_list() && v.subtype() == core::subtype::plain);
}
/// How Jinja2's messages name an object: "str object", "markupsafe.Markup object", "None".
std::string object_name(const core::value& v);
bool truth(machine& m, const core::value& v);
/// str(v); undefined values fail or print as their class does.
void append_str(machine& m, std::string& out, const core::value& v);
std::string str(machine& m, const core::value& v);
/// str() without a copy for strings; `hold` keeps what had to be made.
std::string_view str_view(machine& m, const core::value& v, std::string& hold);
/// repr(v), objects and undefined values included.
std::string repr(machine& m, const core::value& v);
/// list(v): strings give characters, dicts keys.
core::list iterate(machine& m, const core::value& v);
bool is_iterable(const core::value& v);
/// len(v); -1 on failure.
std::int64_t length(machine& m, const core::value& v);
/// An index or count: Python's operator.index().
std::int64_t index(machine& m, const core::value& v);
double real(machine& m, const core::value& v);
/// float() of a text: blanks around it, single underscores between digits, inf and nan are fine.
std::optional<double> parse_float(std::string_view s);
/// float(v): numbers and texts of them.
double to_float(machine& m, const core::value& v);
/// What v.name gives when there is no such attribute.
core::value no_attribute(machine& m, const core::value& v, std::string_view name);
/// HTML escaping unless it is markup.
std::string escape(machine& m, const core::value& v);
void append_escaped(std::string& out, std::string_view s);
/// Code points of a string, one string each.
core::list characters(std::string_view s);
/// Members of a mapping (dict or lazy); false when it is none.
bool is_mapping(const core::value& v);
std::vector<core::value> mapping_keys(const core::value& v);
std::optional<core::value> mapping_get(machine& m, const core::value& v, const core::value& key);
core::dict to_dict(machine& m, const core::value& v);
bool is_callable(const core::value& v);

// operators (operators.cpp)
core::value binary(machine& m, op which, const core::value& a, const core::value& b);
core::value negative(machine& m, const core::value& v);
core::value positive(machine& m, const core::value& v);
bool equal(machine& m, const core::value& a, const core::value& b);
/// a < b in Python's sense; `sign` is what the message shows.
bool less(machine& m, const core::value& a, const core::value& b, std::string_view sign = "<");
bool compare(machine& m, comparison c, const core::value& a, const core::value& b);
bool contains(machine& m, const core::value& container, const core::value& item);
/// Stable sort by `keys` (one a item).
bool sort_by_keys(machine& m, core::list& items, core::list keys, bool reverse);

// attributes (attributes.cpp, subscripts.cpp)
/// Whether an attribute or item of this undefined value is the same undefined value again.
bool chains(machine& m, const core::value& v);
/// Jinja2's environment.getattr: the attribute, else the item, else undefined.
core::value get_attribute(machine& m, const core::value& object, const core::value& name);
/// environment.getitem: the item, else the attribute, else undefined.
core::value get_item(machine& m, const core::value& object, const core::value& key);
/// The Python attribute only.
std::optional<core::value> python_attribute(machine& m, const core::value& object, std::string_view name);
core::value undefined_attribute(machine& m, const core::value& object, const core::value& name);
/// object[key] in Python: the item or Python's error.
core::value subscript(machine& m, const core::value& object, const core::value& key);
/// object[key]; nullopt for what would be a LookupError or TypeError.
std::optional<core::value> item_of(machine& m, const core::value& object, const core::value& key);
core::value slice(machine& m, const core::value& object, const core::value& start, const core::value& stop,
                  const core::value& step);
/// Filters' `attribute=`: "a.b.0" and integers.
core::value dotted_attribute(machine& m, core::value v, const core::value& path,
                             const core::value* otherwise = nullptr);

// formatting (format_percent.cpp, format_braces.cpp, format_spec.cpp)
core::value percent_format(machine& m, const core::value& format, const core::value& args);
core::value brace_format(machine& m, std::string_view format, const core::list& args,
                         const core::dict& named);
/// Appends `v` formatted by a format() specification such as ">10.3f".
void append_formatted(machine& m, std::string& out, const core::value& v, std::string_view spec);

// methods (methods_*.cpp)
/// The method table row for `name` on this kind of object; null when there is none.
const function_def* find_method(const core::value& object, std::string_view name);
} // namespace mito::templating

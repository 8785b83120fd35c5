// Jinja2's own tests.
#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"
#include "templating/tables.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

using core::kind;

core::value is_defined(call& c) {
  return !c.self.is_undefined();
}
core::value is_undefined(call& c) {
  return c.self.is_undefined();
}
core::value is_none(call& c) {
  return c.self.is_none();
}
core::value is_boolean(call& c) {
  return c.self.is_bool();
}
core::value is_true(call& c) {
  return c.self.is_bool() && c.self.as_bool();
}
core::value is_false(call& c) {
  return c.self.is_bool() && !c.self.as_bool();
}
core::value is_integer(call& c) {
  return c.self.is_int() || c.self.kind() == kind::big_integer;
}
core::value is_float(call& c) {
  return c.self.is_real();
}
core::value is_number(call& c) {
  return core::is_integral(c.self) || c.self.is_real();
}
core::value is_string(call& c) {
  return c.self.is_string();
}
core::value is_mapping_test(call& c) {
  return is_mapping(c.self);
}
core::value is_callable_test(call& c) {
  if (c.self.is_undefined()) return true; // calling it is what fails
  return is_callable(c.self);
}
core::value is_iterable_test(call& c) {
  if (c.self.is_undefined()) {
    // iter() of a strict undefined raises UndefinedError, which is no TypeError.
    if (c.m.env().undefined == undefined_mode::ansible || c.m.env().undefined == undefined_mode::strict)
      return c.m.undefined_error(c.self);
    return true;
  }
  return is_iterable(c.self);
}
core::value is_sequence_test(call& c) {
  // A strict undefined value has no length, which this test takes for an answer.
  if (c.self.is_undefined())
    return c.m.env().undefined != undefined_mode::ansible && c.m.env().undefined != undefined_mode::strict;
  if (c.self.is_list() &&
      (c.self.subtype() == core::subtype::generator || c.self.subtype() >= core::subtype::dict_keys))
    return false;
  return c.self.is_sequence() || c.self.is_string() || is_mapping(c.self) || c.self.kind() == kind::range ||
         c.self.kind() == kind::bytes;
}
core::value is_escaped(call& c) {
  // Ansible's undefined values have every attribute, this test's too.
  if (c.self.is_undefined() && c.m.env().undefined == undefined_mode::ansible) return true;
  return is_markup(c.self);
}

core::value remainder_is(call& c, std::int64_t by, bool zero) {
  auto r = binary(c.m, op::modulo, c.self, core::value(by));
  return c.m.failed() ? core::value() : core::value((r == core::value(0)) == zero);
}
core::value is_odd(call& c) {
  auto r = binary(c.m, op::modulo, c.self, core::value(2));
  return r == core::value(1);
}
core::value is_even(call& c) {
  return remainder_is(c, 2, true);
}
core::value is_divisibleby(call& c) {
  auto r = binary(c.m, op::modulo, c.self, c[0]);
  return c.m.failed() ? core::value() : core::value(r == core::value(0));
}

core::value case_test(call& c, bool up) {
  auto s = str(c.m, c.self);
  auto* def = find_method(text(s), up ? "isupper" : "islower");
  return invoke(c.m, *def, text(s), {}, {});
}
core::value is_upper(call& c) {
  return case_test(c, true);
}
core::value is_lower(call& c) {
  return case_test(c, false);
}

core::value is_sameas(call& c) {
  auto &a = c.self, &b = c[0];
  // Small integers and short strings are interned in Python; equal strings from one template are usually one
  // object.
  if (a.kind() == b.kind() && (a.is_string() || a.is_real())) return a == b;
  return a.same(b);
}

template <comparison Which>
core::value compares(call& c) {
  return compare(c.m, Which, c.self, c[0]);
}
core::value is_in(call& c) {
  return contains(c.m, c[0], c.self);
}
bool name_given(call& c) {
  if (c.self.is_string() || !c.m.env().ansible) return true;
  c.m.fail("value", "key must be a string, got " + class_of(c.self) + " instead");
  return false;
}
core::value is_filter(call& c) {
  if (!name_given(c)) return {};
  auto name = str(c.m, c.self);
  if (find_filter(name, c.m.env().ansible)) return true;
  if (c.m.env().ansible)
    return c.m.fail("template_syntax", "Could not load \"" + name + "\": '" + name + "'");
  return false;
}
core::value is_test(call& c) {
  if (!name_given(c)) return {};
  auto name = str(c.m, c.self);
  if (find_test(name, c.m.env().ansible)) return true;
  if (c.m.env().ansible)
    return c.m.fail("template_syntax", "Could not load \"" + name + "\": '" + name + "'");
  return false;
}

constexpr function_def rows[] = {
    {"defined", is_defined, "", 0, "test_defined"},
    {"undefined", is_undefined, "", 0, "test_undefined"},
    {"none", is_none, "", 0, "test_none"},
    {"boolean", is_boolean, "", 0, "test_boolean"},
    {"true", is_true, "", 0, "test_true"},
    {"false", is_false, "", 0, "test_false"},
    {"integer", is_integer, "", 0, "test_integer"},
    {"float", is_float, "", 0, "test_float"},
    {"number", is_number, "", 0, "test_number"},
    {"string", is_string, "", 0, "test_string"},
    {"mapping", is_mapping_test, "", 0, "test_mapping"},
    {"callable", is_callable_test, ""},
    {"iterable", is_iterable_test, "", 0, "test_iterable"},
    {"sequence", is_sequence_test, "", 0, "test_sequence"},
    {"escaped", is_escaped, "", 0, "test_escaped"},
    {"odd", is_odd, "", 0, "test_odd"},
    {"even", is_even, "", 0, "test_even"},
    {"divisibleby", is_divisibleby, "num", 0, "test_divisibleby"},
    {"upper", is_upper, "", 0, "test_upper"},
    {"lower", is_lower, "", 0, "test_lower"},
    {"sameas", is_sameas, "other", 0, "test_sameas"},
    {"in", is_in, "seq", 0, "test_in"},
    {"filter", is_filter, "", function_impure, "test_filter"},
    {"test", is_test, "", function_impure, "test_test"},
    {"==", compares<comparison::eq>, "other", 0, "eq"},
    {"eq", compares<comparison::eq>, "other"},
    {"equalto", compares<comparison::eq>, "other", 0, "eq"},
    {"!=", compares<comparison::ne>, "other", 0, "ne"},
    {"ne", compares<comparison::ne>, "other"},
    {"<", compares<comparison::lt>, "other", 0, "lt"},
    {"lt", compares<comparison::lt>, "other"},
    {"lessthan", compares<comparison::lt>, "other", 0, "lt"},
    {"<=", compares<comparison::le>, "other", 0, "le"},
    {"le", compares<comparison::le>, "other"},
    {">", compares<comparison::gt>, "other", 0, "gt"},
    {"gt", compares<comparison::gt>, "other"},
    {"greaterthan", compares<comparison::gt>, "other", 0, "gt"},
    {">=", compares<comparison::ge>, "other", 0, "ge"},
    {"ge", compares<comparison::ge>, "other"},
};

} // namespace

constinit const function_table jinja_tests = rows;

} // namespace mito::templating

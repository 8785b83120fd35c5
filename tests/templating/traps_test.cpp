#define CAF_SUITE templating.traps
#include <caf/test/unit_test.hpp>

#include "helpers.hpp"

using namespace mito;
using namespace mito::templating_tests;

CAF_TEST(the default mode gives text unless it looks like a container or a bool) {
  CAF_CHECK_EQUAL(render("{{ lst[0] }}", R"({"lst": [3]})"), "'3'");
  CAF_CHECK_EQUAL(render("{{ port }}", R"({"port": 8080})"), "8080");
  CAF_CHECK_EQUAL(render("{{ port + 1 }}", R"({"port": 8080})"), "'8081'");
  CAF_CHECK_EQUAL(render("{{ [1, 'a'] }}"), "[1, 'a']");
  CAF_CHECK_EQUAL(render("{{ 1 == 1 }}"), "True");
  CAF_CHECK_EQUAL(render("{\"a\": {{ x }}, \"b\": true}", R"({"x": 1})"), "{'a': 1, 'b': True}");
  CAF_CHECK_EQUAL(render("{ not python {{ x }}", R"({"x": 1})"), "'{ not python 1'");
  CAF_CHECK_EQUAL(render("{{ none_value }}", R"({"none_value": null})"), "None");
  CAF_CHECK_EQUAL(render("{{ none_value }}!", R"({"none_value": null})"), "'!'");
  CAF_CHECK_EQUAL(render("{{ [1, 2] | to_json }}x"), "'[1, 2]x'");
  CAF_CHECK_EQUAL(render("{{ l | to_json }}", R"({"l": [1, 2]})"), "'[1, 2]'");
}

CAF_TEST(the native mode keeps types) {
  CAF_CHECK_EQUAL(native("{{ lst[0] }}", R"({"lst": [3]})"), "3");
  CAF_CHECK_EQUAL(native("{{ '8080' }}"), "8080");
  CAF_CHECK_EQUAL(native("{{ '8080' | string }}x"), "'8080x'");
  CAF_CHECK_EQUAL(native("{{ s | string }}", R"({"s": "8080"})"), "'8080'");
  CAF_CHECK_EQUAL(native("{{ x }}", R"({"x": null})"), "None");
}

CAF_TEST(variables are lazy templates) {
  CAF_CHECK_EQUAL(render("{{ int_ref + 1 }}", R"({"int_ref": "{{ port }}", "port": 80})"), "'81'");
  CAF_CHECK_EQUAL(
      render("{{ int_expr + 1 }}", R"({"int_expr": "{{ port + 1 }}", "port": 80})"),
      "type: Unexpected templating type error occurred on ({{ int_expr + 1 }}): can only concatenate str "
      "(not \"int\") to str. can only concatenate str (not \"int\") to str");
  CAF_CHECK_EQUAL(
      render("{{ d.ok }}", R"({"d": {"ok": 1, "bad": "{{ nope }}"}})"),
      "undefined: {'ok': 1, 'bad': '{{ nope }}'}: 'nope' is undefined. 'nope' is undefined. {'ok': 1, 'bad': "
      "'{{ nope }}'}: 'nope' is undefined. 'nope' is undefined");
  CAF_CHECK_EQUAL(render("{{ unused | default('d') }}", R"({"unused": "{{ nope }}"})"), "'d'");
  CAF_CHECK_EQUAL(render("{{ a }}", R"({"a": "{{ b }}", "b": "{{ c }}", "c": "deep"})"), "'deep'");
}

CAF_TEST(a loop of variables is found) {
  auto out = render("{{ a }}", R"({"a": "{{ b }}", "b": "{{ a }}"})");
  CAF_CHECK(out.starts_with("recursion: "));
  CAF_CHECK(out.find("recursive loop detected in template string") != out.npos);
}

CAF_TEST(undefined values) {
  CAF_CHECK_EQUAL(render("{{ nope }}"), "undefined: 'nope' is undefined. 'nope' is undefined");
  CAF_CHECK_EQUAL(render("{{ nope.a.b }}"), "undefined: 'nope' is undefined. 'nope' is undefined");
  CAF_CHECK_EQUAL(render("{{ d.x }}", R"({"d": {}})"),
                  "undefined: 'dict object' has no attribute 'x'. 'dict object' has no attribute 'x'");
  CAF_CHECK_EQUAL(render("{{ l[9] }}", R"({"l": []})"),
                  "undefined: list object has no element 9. list object has no element 9");
  CAF_CHECK_EQUAL(render("{{ nope is defined }}{{ nope.x is defined }}"), "'FalseFalse'");
  CAF_CHECK_EQUAL(render("{{ [nope] }}"), "undefined: 'nope' is undefined. 'nope' is undefined");
  CAF_CHECK_EQUAL(render("{{ [nope] | length }}"), "'1'");
  CAF_CHECK_EQUAL(render("{{ 'x' if false }}|"), "'|'");
  templating::render_options keep;
  keep.fail_on_undefined = false;
  CAF_CHECK_EQUAL(render("a {{ nope }}", "{}", keep), "'a {{ nope }}'");
}

CAF_TEST(data is never a template) {
  templating::templar t;
  core::dict d;
  d.set("fact", core::value("{{ 1 + 1 }}", core::trust::data));
  d.set("copy", core::value("{{ fact }}", core::trust::source));
  templating::dict_scope scope(d);
  auto r = t.render(core::value("<{{ copy }}>", core::trust::source), scope);
  CAF_REQUIRE(r);
  CAF_CHECK_EQUAL(r->as_string(), "<{{ 1 + 1 }}>");
  CAF_CHECK(r->trust() == core::trust::data);
  auto list = t.render(core::value("{{ [fact, 'own'] }}", core::trust::source), scope);
  CAF_REQUIRE(list);
  CAF_CHECK(!list->has_source());
  auto own = t.render(core::value("{{ 'a' ~ 'b' }}", core::trust::source), scope);
  CAF_REQUIRE(own);
  CAF_CHECK(own->trust() == core::trust::source);
  auto cond = t.condition(core::value("{{ fact }}", core::trust::source), scope);
  CAF_REQUIRE(!cond);
  CAF_CHECK_EQUAL(cond.error().what().category, "unsafe");
  auto raw = t.condition(core::value("true", core::trust::data), scope);
  CAF_CHECK(!raw);
}

CAF_TEST(backslashes and newlines of playbook strings) {
  CAF_CHECK_EQUAL(render("{{ 'a1' | regex_replace('a(\\d)', 'b\\1') }}"), "'b1'");
  CAF_CHECK_EQUAL(render("{{ 'C:\\temp' }}"), "'C:\\\\temp'");
  CAF_CHECK_EQUAL(render("{{ x }}\n\n", R"({"x": "v"})"), "'v\\n\\n'");
  CAF_CHECK_EQUAL(render("{% if true %}\nx\n{% endif %}\n"), "'x\\n'");
  CAF_CHECK_EQUAL(
      render("#jinja2: variable_start_string:'[[', variable_end_string:']]'\n[[ x ]]{{ x }}", R"({"x": 1})"),
      "'1{{ x }}'");
}

CAF_TEST(numbers as Python has them) {
  CAF_CHECK_EQUAL(render("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 64 }}"),
                  "'-4 2 3.5 18446744073709551616'");
  CAF_CHECK_EQUAL(render("{{ 1e16 }} {{ 0.1 + 0.2 }} {{ 1e22 }} {{ 100.0 }}"),
                  "'1e+16 0.30000000000000004 1e+22 100.0'");
  CAF_CHECK_EQUAL(render("{{ 0.5 | round }} {{ 2.5 | round | int }} {{ 2.675 | round(2) }}"), "'0.0 2 2.67'");
  CAF_CHECK_EQUAL(render("{{ 1 < 2 < 3 }} {{ 1 < 3 < 2 }}"), "'True False'");
  CAF_CHECK_EQUAL(render("{{ 12345678901234567890 * 98765432109876543210 }}"),
                  "'1219326311370217952237463801111263526900'");
  CAF_CHECK_EQUAL(render("{{ 100000000000000000000 // -7 }} {{ 100000000000000000000 % -7 }}"),
                  "'-14285714285714285715 -5'");
  CAF_CHECK_EQUAL(render("{{ 1 / 0 }}"), "zero_division: division by zero");
  CAF_CHECK_EQUAL(render("{{ 'x' * 3 }}{{ [0] * 2 }}"), "'xxx[0, 0]'");
}

CAF_TEST(attributes come before items) {
  CAF_CHECK_EQUAL(
      render("{{ d.items() | list | length }} {{ d['items'] }}", R"({"d": {"items": 5, "b": 1}})"), "'2 5'");
  CAF_CHECK_EQUAL(render("{{ d.keys() | list }}", R"({"d": {"b": 1, "a": 2}})"), "['b', 'a']");
}

CAF_TEST(scopes of loops and blocks) {
  CAF_CHECK_EQUAL(render("{% set x = 1 %}{% for i in [1,2] %}{% set x = i %}{% endfor %}{{ x }}!"), "'1!'");
  CAF_CHECK_EQUAL(render("{% set ns = namespace(x=0) %}{% for i in [1,2] %}{% set ns.x = ns.x + i %}{% "
                         "endfor %}{{ ns.x }}!"),
                  "'3!'");
  CAF_CHECK_EQUAL(render("{% set l = [] %}{% for i in [1,2] %}{% set _ = l.append(i) %}{% endfor %}{{ l }}"),
                  "[1, 2]");
  CAF_CHECK_EQUAL(render("{% macro m(a, b=2) %}{{ a }}-{{ b }}{% endmacro %}{{ m(1) }}|{{ m(1, b=3) }}"),
                  "'1-2|1-3'");
  CAF_CHECK_EQUAL(
      render("{% macro m() %}<{{ caller(5) }}>{% endmacro %}{% call(x) m() %}{{ x }}{% endcall %}"), "'<5>'");
  CAF_CHECK_EQUAL(
      render("{% for i in [1,[2,[3]]] recursive %}{{ loop(i) if i is iterable else i }}{% endfor %}"),
      "'123'");
  CAF_CHECK_EQUAL(render("{% for k, v in {'a': 1}.items() %}{{ k }}{{ v }}{{ loop.last }}{% endfor %}"),
                  "'a1True'");
}

CAF_TEST(code points count) {
  CAF_CHECK_EQUAL(render("{{ s | length }} {{ s | upper }} {{ s[1] }}", R"({"s": "\u017elu\u0165"})"),
                  "'4 ŽLUŤ l'");
}

CAF_TEST(omit is a string of its own in each templar) {
  templating::templar a, b;
  templating::dict_scope scope{core::dict{}};
  auto v = a.render(core::value("{{ nope | default(omit) }}", core::trust::source), scope);
  CAF_REQUIRE(v);
  CAF_CHECK(a.is_omit(*v));
  CAF_CHECK(!b.is_omit(*v));
  CAF_CHECK(v->as_string().starts_with("__omit_place_holder__"));
}

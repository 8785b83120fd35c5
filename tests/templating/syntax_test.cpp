#define CAF_SUITE templating.syntax
#include <caf/test/unit_test.hpp>

#include "helpers.hpp"

using namespace mito;
using namespace mito::templating_tests;

namespace {
std::string problem(std::string_view text) {
  templating::templar t;
  auto r = t.check(text, false);
  if (r) return "fine";
  auto& d = r.error().what();
  return std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " + d.message;
}
} // namespace

CAF_TEST(errors have their place) {
  CAF_CHECK_EQUAL(problem("{{ a }}"), "fine");
  CAF_CHECK_EQUAL(problem("x\n  {{ a b }}"), "2:8 expected token 'end of print statement', got 'b'");
  CAF_CHECK_EQUAL(problem("{% for x in y %}"),
                  "1:17 Unexpected end of template. Jinja was looking for the following tags: 'endfor' "
                  "or 'else'. The innermost block that needs to be closed is 'for'.");
  CAF_CHECK_EQUAL(problem("{{ 'a"), "1:4 unexpected char \"'\" at 3");
  CAF_CHECK_EQUAL(problem("{{ [1) }}"), "1:6 unexpected ')', expected ']'");
}

CAF_TEST(unknown filters name the nearest one) {
  templating::templar t;
  auto r = t.check("{{ x | defautl }}", false);
  CAF_REQUIRE(!r);
  CAF_CHECK_EQUAL(r.error().message(), "Could not load \"defautl\": 'defautl'");
  CAF_CHECK_EQUAL(r.error().what().hint, "the nearest known name is 'default'");
}

CAF_TEST(white space and raw) {
  CAF_CHECK_EQUAL(render("a  {{- 1 -}}  b {% raw %}{{ x }}{% endraw %}{# gone #}"), "'a1b {{ x }}'");
  CAF_CHECK_EQUAL(render("{%- if true -%}  x  {%- endif %}  y"), "'x  y'");
}

CAF_TEST(bounds hold) {
  std::string deep(10000, '[');
  CAF_CHECK(problem("{{ " + deep).find("nested too deeply") != std::string::npos);
  std::string nots = "{{ ";
  for (int i = 0; i < 10000; ++i) nots += "not ";
  CAF_CHECK(problem(nots + "x }}").find("nested too deeply") != std::string::npos);
  std::string chain = "{{ x";
  for (int i = 0; i < 5000; ++i) chain += "|e";
  CAF_CHECK(problem(chain + " }}").find("nested too deeply") != std::string::npos);
  CAF_CHECK(render("{{ 'x' * 99999999999 }}").starts_with("limit: "));
  CAF_CHECK(render("{{ [1] * 99999999999 }}").starts_with("limit: "));
  CAF_CHECK(render("{{ 10 ** (10 ** 10) }}").starts_with("limit: "));
  CAF_CHECK(render("{{ range(100000000000) | list }}").starts_with("limit: "));
  CAF_CHECK(render("{% for i in range(100000000000) %}{% endfor %}").starts_with("limit: "));
  CAF_CHECK(render("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").starts_with("recursion: "));
  CAF_CHECK(render("{% set ns = namespace(l=[]) %}{% for i in range(10000) %}{% set ns.l = [ns.l] %}{% "
                   "endfor %}{{ ns.l }}")
                .starts_with("limit: "));
  CAF_CHECK(render("{{ '%99999999999d' | format(1) }}").starts_with("limit: "));
  CAF_CHECK(render("\xff{{ 1 }}").starts_with("syntax: "));
  CAF_CHECK(render("{{ ('a' * 40) | regex_search('(a*)*b') }}").find("regular expression") !=
                std::string::npos ||
            render("{{ ('a' * 40) | regex_search('(a*)*b') }}") == "''");
}

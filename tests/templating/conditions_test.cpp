#define CAF_SUITE templating.conditions
#include <caf/test/unit_test.hpp>

#include "helpers.hpp"

using namespace mito::templating_tests;

CAF_TEST(what counts as true) {
  CAF_CHECK_EQUAL(when("port == 8080 and name == 'web1'", R"({"port": 8080, "name": "web1"})"), "True");
  CAF_CHECK_EQUAL(when("flag", R"({"flag": false})"), "False");
  CAF_CHECK_EQUAL(when("flag", R"({"flag": "port == 1", "port": 1})"), "True");
  CAF_CHECK_EQUAL(when("{{ flag }}", R"({"flag": false})"), "False");
  CAF_CHECK_EQUAL(when(""), "True");
  CAF_CHECK_EQUAL(when("result is failed", R"({"result": {"failed": true}})"), "True");
  CAF_CHECK_EQUAL(when("'x' in l", R"({"l": ["x"]})"), "True");
}

CAF_TEST(errors read as in Ansible) {
  CAF_CHECK_EQUAL(when("nope"),
                  "undefined: The conditional check 'nope' failed. The error was: error while evaluating "
                  "conditional (nope): 'nope' is undefined. 'nope' is undefined");
  CAF_CHECK_EQUAL(when("a b"), "syntax: The conditional check 'a b' failed. The error was: template error "
                               "while templating string: expected token "
                               "'end of statement block', got 'b'. String: {% if a b %} True {% else %} "
                               "False {% endif %}. expected token 'end of "
                               "statement block', got 'b'");
  CAF_CHECK_EQUAL(when("undef_ref is defined and x", R"({"undef_ref": "{{ gone }}", "x": true})"), "False");
}

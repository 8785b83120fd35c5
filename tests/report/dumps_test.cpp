#define CAF_SUITE report.dumps
#include <caf/test/unit_test.hpp>

#include <limits>

#include "report/result_text.hpp"
#include "report/yaml_text.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

core::value int_keys() {
  return core::dict{{core::value(10), core::value("a")}, {core::value(2), core::value("b")}, {core::value(true), core::value("c")}};
}

std::string standard(const core::value& v, const output_options& o = {}, std::optional<int> indent = {}) {
  return standard_dump.result(v, o, indent);
}

} // namespace

CAF_TEST(keys have the order of Python) {
  CAF_CHECK_EQUAL(standard(int_keys()), R"({"true": "c", "2": "b", "10": "a"})");
  CAF_CHECK_EQUAL(standard(json(R"({"b":1,"B":2,"a":{"d":1,"c":2}})")), R"({"B": 2, "a": {"c": 2, "d": 1}, "b": 1})");
}

CAF_TEST(where keys do not compare only the outermost are sorted) {
  core::dict d{{core::value("b"), json(R"({"z":1,"y":2})")}, {core::value("a"), core::value(core::dict{{core::value(1), core::value()}, {core::value("x"), core::value()}})}};
  CAF_CHECK_EQUAL(standard(core::value(std::move(d))), R"({"a": {"1": null, "x": null}, "b": {"z": 1, "y": 2}})");
}

CAF_TEST(what is shown of a result) {
  auto v = json(R"({"msg":"m","invocation":{"a":1},"diff":{"before":""},"exception":"e","_ansible_verbose_always":false,"x":{"_ansible_y":1}})");
  CAF_CHECK_EQUAL(standard(v), R"({"msg": "m", "x": {}})");
  output_options o;
  o.verbosity = 3;
  o.pretty_results = false;
  CAF_CHECK_EQUAL(standard(v, o), R"({"diff": {"before": ""}, "invocation": {"a": 1}, "msg": "m", "x": {}})");
}

CAF_TEST(results are pretty for debug from v3 on and when asked) {
  const std::string pretty = "{\n    \"a\": 1\n}", flat = R"({"a": 1})";
  auto v = json(R"({"a":1})"), debug = json(R"({"a":1,"_ansible_verbose_always":true})");
  output_options o;
  CAF_CHECK_EQUAL(standard(v, o), flat);
  CAF_CHECK_EQUAL(standard(debug, o), pretty);
  CAF_CHECK_EQUAL(standard(v, o, 0), "{\n\"a\": 1\n}");
  CAF_CHECK_EQUAL(standard(debug, o, 0), pretty);
  CAF_CHECK_EQUAL(standard(v, o, 1), "{\n \"a\": 1\n}");
  o.verbosity = 3;
  CAF_CHECK_EQUAL(standard(v, o), pretty);
  o.pretty_results = false;
  CAF_CHECK_EQUAL(standard(debug, o, 1), flat);
  o.verbosity = 0;
  o.pretty_results = true;
  CAF_CHECK_EQUAL(standard(v, o), pretty);
}

CAF_TEST(YAML results) {
  output_options o;
  o.result_format = "yaml";
  auto v = json(R"({"stdout":"a\tb  \nc\n","stdout_lines":["a","b"],"changed":false,"rc":0,"list":[],"n":null,"s":"yes","t":"2020-01-01"})");
  CAF_CHECK_EQUAL(standard(v, o), "\n    changed: false\n    list: []\n    n: null\n    rc: 0\n    s: 'yes'\n    stdout: |-\n"
                                  "        a       b\n        c\n    stdout_lines: <omitted>\n    t: '2020-01-01'\n");
  o.pretty_results = false;
  CAF_CHECK_EQUAL(standard(json(R"({"stdout":"a\nb","stdout_lines":["a","b"]})"), o),
                  "\n    stdout: |-\n      a\n      b\n    stdout_lines:\n    - a\n    - b\n");
}

CAF_TEST(readable texts) {
  CAF_CHECK_EQUAL(lossy_text("a \n\tb\a\u0085 \u2028c  \n\n"), "a\n        b\u0085\u2028c");
  CAF_CHECK_EQUAL(community_text("a \n\tb\a\r\nc\x0b\u00e9  \n"), "a\n        b\nc\u00e9");
  CAF_CHECK(has_any_break("a\x1c"));
  CAF_CHECK(!has_yaml_break("a\x1c\r"));
}

CAF_TEST(community.general.yaml) {
  output_options o;
  CAF_CHECK_EQUAL(community_yaml_dump.result(json(R"({"changed":true,"stdout":"a\nb","stdout_lines":[1],"z":{"y":1}})"), o, {}),
                  "changed=true \n  stdout: |-\n    a\n    b\n  stdout_lines: <omitted>\n  z:\n    y: 1");
  CAF_CHECK_EQUAL(community_yaml_dump.result(json(R"({"changed":false})"), o, {}), "changed=false");
  CAF_CHECK_EQUAL(community_yaml_dump.result(json(R"({"_ansible_no_log":true,"a":"secret"})"), o, {}),
                  R"({"censored": "The output has been hidden due to the fact that 'no_log: true' was specified for this result"})");
}

CAF_TEST(ansible.posix.debug) {
  output_options o;
  CAF_CHECK_EQUAL(posix_debug_dump.result(json(R"({"rc":1,"stdout":"a\nb","stdout_lines":["a"],"stderr":"","msg":["x",1]})"), o, {}),
                  "{\n    \"rc\": 1\n}\n\nSTDOUT:\n\na\nb\n\n\nMSG:\n\n['x', 1]\n");
}

CAF_TEST(YAML writes every kind of value) {
  core::dict d;
  d.set("big", core::value::big_integer("123456789012345678901234567890"));
  d.set("date", core::value(core::date{2020, 1, 2}));
  d.set("inf", core::value(std::numeric_limits<double>::infinity()));
  d.set("real", core::value(1e300));
  d.set("tuple", core::value::tuple({core::value(1)}));
  d.set_key(core::value("two\nlines"), core::value(""));
  CAF_CHECK_EQUAL(to_yaml(core::value(std::move(d)), {}), "big: 123456789012345678901234567890\ndate: 2020-01-02\ninf: .inf\n"
                                                           "real: 1.0e+300\ntuple:\n- 1\n? 'two\n\n  lines'\n: ''\n");
}

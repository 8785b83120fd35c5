#define CAF_SUITE playbook.yaml
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "core/python.hpp"
#include "playbook/yaml/reader.hpp"
#include "templating/yaml_types.hpp"

using namespace mito;
using namespace mito::playbook;

namespace {

/// repr() of what `text` reads as, or "line:column message".
std::string read(std::string text, yaml_options options = {}) {
  auto doc = read_yaml_text("t.yml", std::move(text), options);
  if (doc) return core::to_repr(doc->root->val);
  const auto& d = doc.error().what();
  return std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " + d.message;
}

} // namespace

CAF_TEST(plain scalars have the types of YAML 1.1) {
  CAF_CHECK_EQUAL(read("[yes, Off, y, n, ~, null, none, '']"),
                  "[True, False, 'y', 'n', None, None, 'none', '']");
  CAF_CHECK_EQUAL(read("[0644, 09, 0o17, 0x_1F, 0b_1, 1_000, -0, +12, 22:22, 1:60]"),
                  "[420, '09', '0o17', 31, 1, 1000, 0, 12, 1342, '1:60']");
  CAF_CHECK_EQUAL(read("- 10:20:30:40:50:01"), "[8041827001]");
  CAF_CHECK_EQUAL(read("- 0xFFFFFFFFFFFFFFFFFF\n- 123456789012345678901234567890"),
                  "[4722366482869645213695, 123456789012345678901234567890]");
  CAF_CHECK_EQUAL(read("- 1e3\n- 1.0e3\n- 1.0e+3\n- -.5\n- .5\n- 1.\n- -.inf\n- 190:20:30.15\n- 1.2.3"),
                  "['1e3', '1.0e3', 1000.0, '-.5', 0.5, 1.0, -inf, 685230.15, '1.2.3']");
  CAF_CHECK_EQUAL(
      read("- 2020-01-02\n- 2020-1-2\n- 2001-12-14 21:59:43.1 -5\n"),
      "[datetime.date(2020, 1, 2), '2020-1-2', datetime.datetime(2001, 12, 14, 21, 59, 43, 100000, "
      "tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))]");
  CAF_CHECK(read("d: 2020-13-45").find("month must be in 1..12") != std::string::npos);
}

CAF_TEST(explicit tags win over the form) {
  CAF_CHECK_EQUAL(read("[!!str 12, !!int '12', !!float 1, ! 12, !!bool yes, !!binary aGk=, !!str ]"),
                  "['12', 12, 1.0, 12, True, b'hi', '']");
  CAF_CHECK_EQUAL(read("!!omap [{a: 1}, {b: 2}]"), "[('a', 1), ('b', 2)]");
  CAF_CHECK_EQUAL(read("a: !foo x"),
                  "1:4 Syntax Error while loading YAML.\n  could not determine a constructor for the tag "
                  "'!foo'");
}

CAF_TEST(strings are templates unless they are unsafe) {
  auto doc = read_yaml_text("t", "a: '{{ x }}'\nb: !unsafe '{{ x }}'\nc: !unsafe [{d: '{{ x }}'}]\n");
  CAF_REQUIRE(doc.has_value());
  const auto& v = doc->root->val;
  CAF_CHECK(v["a"].trust() == core::trust::source);
  CAF_CHECK(v["b"].trust() == core::trust::data);
  CAF_CHECK(v["c"].as_list()[0]["d"].trust() == core::trust::data);
}

CAF_TEST(a vault text is kept with its place) {
  auto doc = read_yaml_text("t", "a:\n  - x\n  - !vault |\n    $ANSIBLE_VAULT;1.1;AES256\n    3132\n");
  CAF_REQUIRE(doc.has_value());
  const auto* vault = find_vault(doc->root->val);
  CAF_REQUIRE(vault != nullptr);
  CAF_CHECK_EQUAL(vault->where().str(), "t:3:5");
  CAF_CHECK_EQUAL(vault->ciphertext(), "$ANSIBLE_VAULT;1.1;AES256\n3132\n");
}

CAF_TEST(merge keys and duplicates follow PyYAML) {
  CAF_CHECK_EQUAL(read("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc: {<<: [*a, *b], w: 4}"),
                  "{'a': {'x': 1}, 'b': {'x': 2, 'z': 3}, 'c': {'x': 1, 'z': 3, 'w': 4}}");
  auto doc = read_yaml_text("t", "a: 1\nb: 2\na: 3\n");
  CAF_REQUIRE(doc.has_value());
  CAF_CHECK_EQUAL(core::to_repr(doc->root->val), "{'a': 3, 'b': 2}");
  CAF_REQUIRE_EQUAL(doc->warnings.size(), 1u);
  CAF_CHECK_EQUAL(doc->warnings[0].message,
                  "While constructing a mapping from t, line 1, column 1, found a duplicate dict "
                  "key (a). Using last defined value only.");
  CAF_CHECK(
      !read_yaml_text("t", "a: 1\na: 2", {.duplicate_keys = yaml_options::duplicates::error}).has_value());
}

CAF_TEST(places count code points) {
  auto doc = read_yaml_text("t", "žluť: [á, {ň: ó}]\n");
  CAF_REQUIRE(doc.has_value());
  const auto& list = *doc->root->members[0].node;
  CAF_CHECK_EQUAL(list.where.column, 7u);
  CAF_CHECK_EQUAL(list.items[1]->members[0].node->where.column, 15u);
}

CAF_TEST(what yaml - cpp lets through is refused where libyaml refuses it) {
  auto starts = [](std::string text, std::string_view with) {
    auto got = read(std::move(text));
    CAF_CHECK_EQUAL(got.substr(0, with.size()), with);
  };
  starts("a: 1\n...\nb: 2", "3:1 Syntax Error while loading YAML.\n  did not find expected <document start>");
  starts("a: 1\n---\nb: 2", "2:1 Syntax Error while loading YAML.\n  but found another document");
  starts("- \ta", "1:3 Syntax Error while loading YAML.\n  found character that cannot start any token");
  starts("a: &a.b v", "1:6 Syntax Error while loading YAML.\n  did not find expected alphabetic or numeric");
  starts("%a: x", "1:3 Syntax Error while loading YAML.\n  found unexpected non-alphabetical character");
  starts("%YAML 2.0\n--- a", "1:1 Syntax Error while loading YAML.\n  found incompatible YAML document");
  starts("a: [", "2:1 Syntax Error");
  starts("a: \x07", "1:4 unacceptable character #x0007: control characters are not allowed");
  starts("a: \xff", "1:4 unacceptable character #x00ff: invalid leading UTF-8 octet");
  starts(
      "a: {{ x }}",
      "1:5 Syntax Error while loading YAML.\n  found unacceptable key (unhashable type: 'AnsibleMapping')");
  CAF_CHECK_EQUAL(read("a: >+\n  x\n\n\nb: 1"), "{'a': 'x\\n\\n\\n', 'b': 1}");
  CAF_CHECK_EQUAL(read("\"\\_\\N\\L\""), "'\\xa0\\x85\\u2028'");
}

CAF_TEST(tagged block scalars in lists keep their text) {
  CAF_CHECK_EQUAL(read("a:\n  - !!str |\n    q\n\n      r\n  - &x >-\n    s\n    t\nb: *x"),
                  "{'a': ['q\\n\\n  r\\n', 's t'], 'b': 's t'}");
  CAF_CHECK_EQUAL(read("- - !!str |\n    q\n  - 1"), "[['q\\n', 1]]");
}

CAF_TEST(missing colons and quotes) {
  CAF_CHECK(
      read("a: 1\nfoo\n").starts_with("3:1 Syntax Error while loading YAML.\n  could not find expected ':'"));
  CAF_CHECK(read("a: 'x\n").find("found unexpected end of stream") != std::string::npos);
  CAF_CHECK(
      read("a: 1\n: b").starts_with("2:1 Syntax Error while loading YAML.\n  did not find expected key"));
  CAF_CHECK_EQUAL(read("? a\n? b\n: 2\n"), "{'a': None, 'b': 2}");
}

CAF_TEST(bombs meet limits) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    auto before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 0; k < 9; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  CAF_CHECK(read(bomb).find("aliases expand to more than") != std::string::npos);
  CAF_CHECK(read(std::string(2000, '[')).find("nested more than 450 levels deep") != std::string::npos);
  CAF_CHECK(read("a: &a [*a]").find("part of is not supported") != std::string::npos);
  CAF_CHECK(!read_yaml_text("t", "a: 1", {.bytes = 2}).has_value());
}

CAF_TEST(JSON comes first) {
  CAF_CHECK_EQUAL(read("{\"a\": 1e3, \"b\": \"\\ud83d\\ude00\\/\"}"),
                  "{'a': 1000.0, 'b': '\xf0\x9f\x98\x80/'}");
  CAF_CHECK_EQUAL(read("{\"a\": 1e3}", {.json_first = false}), "{'a': '1e3'}");
  CAF_CHECK_EQUAL(read(""), "None");
}

CAF_TEST(errors show the line) {
  auto doc = read_yaml_text("play.yml", "- hosts: all\n  tasks:\n  - debug: msg=\"a: b\"\n");
  CAF_REQUIRE(!doc.has_value());
  auto text = core::render(doc.error().what());
  CAF_CHECK(text.find("play.yml:3:") != std::string::npos);
  CAF_CHECK(text.find("mapping values are not allowed in this context") != std::string::npos);
  CAF_CHECK(text.find("debug: msg=\"a: b\"") != std::string::npos);
}

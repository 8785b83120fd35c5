#define CAF_SUITE templating.filters
#include <caf/test/unit_test.hpp>

#include "helpers.hpp"

using namespace mito::templating_tests;

CAF_TEST(lists) {
  CAF_CHECK_EQUAL(render("{{ [3,1,2] | sort }}"), "[1, 2, 3]");
  CAF_CHECK_EQUAL(render("{{ ['b','A'] | sort }}"), "['A', 'b']");
  CAF_CHECK_EQUAL(
      render("{{ users | map(attribute='n') | join(',') }}", R"({"users": [{"n": "a"}, {"n": "b"}]})"),
      "'a,b'");
  CAF_CHECK_EQUAL(
      render("{{ users | selectattr('n', 'eq', 'b') | list }}", R"({"users": [{"n": "a"}, {"n": "b"}]})"),
      "[{'n': 'b'}]");
  CAF_CHECK_EQUAL(render("{{ [1,2,3,4] | reject('odd') | list }}"), "[2, 4]");
  CAF_CHECK_EQUAL(render("{{ [1,[2,[3]]] | flatten }} {{ [1,2] | zip(['a','b']) | list }}"),
                  "\"[1, 2, 3] [(1, 'a'), (2, 'b')]\"");
  CAF_CHECK_EQUAL(render("{{ [1,2,2] | unique }} {{ [1,2] | union([2,3]) }} {{ [1,2] | difference([2]) }}"),
                  "'[1, 2] [1, 2, 3] [1]'");
  CAF_CHECK_EQUAL(
      render(
          "{{ [1,2,3] | combinations(2) | list | length }} {{ [1,2,3] | permutations(2) | list | length }}"),
      "'3 6'");
  CAF_CHECK_EQUAL(render("{{ [1,2,3] | batch(2) | list }} {{ [1,2,3] | slice(2) | list }}"),
                  "'[[1, 2], [3]] [[1, 2], [3]]'");
  CAF_CHECK_EQUAL(render("{{ 10 | random(seed='x') }} {{ [1,2,3,4] | shuffle(seed='s') }}"),
                  "'5 [1, 3, 2, 4]'");
}

CAF_TEST(dicts) {
  CAF_CHECK_EQUAL(render("{{ {'a': {'x': 1}} | combine({'a': {'y': 2}}, recursive=true) }}"),
                  "{'a': {'x': 1, 'y': 2}}");
  CAF_CHECK_EQUAL(render("{{ {'b': 1} | dict2items }}"), "[{'key': 'b', 'value': 1}]");
  CAF_CHECK_EQUAL(render("{{ [{'key': 'b', 'value': 1}] | items2dict }}"), "{'b': 1}");
  CAF_CHECK_EQUAL(render("{{ {'b': 1, 'a': 2} | dictsort }}"), "[('a', 2), ('b', 1)]");
}

CAF_TEST(text) {
  CAF_CHECK_EQUAL(render("{{ 'foo bar' | title }} {{ 'a-b' | replace('-', '+') }} {{ ' x ' | trim }}"),
                  "'Foo Bar a+b x'");
  CAF_CHECK_EQUAL(render("{{ \"it's\" | quote }}"), "'\\'it\\'\"\\'\"\\'s\\''");
  CAF_CHECK_EQUAL(render("{{ 'abc' | regex_search('(b)(c)', '\\1', '\\2') }}"), "['b', 'c']");
  CAF_CHECK_EQUAL(render("{{ 'a1b2' | regex_findall('[0-9]') }} {{ 'a.b' | regex_escape }}"),
                  "\"['1', '2'] a\\\\.b\"");
  CAF_CHECK_EQUAL(render("{{ 'x' | regex_replace('(', 'y') }}"),
                  "regex: missing ), unterminated subpattern at position 0");
  CAF_CHECK_EQUAL(render("{{ '%s-%03d' | format('a', 7) }} {{ '{:>5}|{x}'.format('a', x=1) }}"),
                  "'a-007     a|1'");
  CAF_CHECK_EQUAL(render("{{ 'abc' | b64encode }} {{ 'YWJj' | b64decode }}"), "'YWJj abc'");
  CAF_CHECK_EQUAL(render("{{ 'abc' | hash('sha256') | truncate(12, true, '') }} {{ 'a' | md5 }}"),
                  "'ba7816bf8f01 0cc175b9c0f1b6a831c399e269772661'");
  CAF_CHECK_EQUAL(render("{{ 'ansible' | to_uuid }}"), "'5ecca099-0345-5f70-b25a-bacaea0dd909'");
}

CAF_TEST(json and yaml) {
  CAF_CHECK_EQUAL(render("{{ d | to_json }}", R"({"d": {"b": [1, null], "a": "\u017e"}})"),
                  "'{\"b\": [1, null], \"a\": \"\\\\u017e\"}'");
  CAF_CHECK_EQUAL(render("{{ '[1, {\"a\": true}]' | from_json }}"), "[1, {'a': True}]");
  CAF_CHECK_EQUAL(render("{{ d | to_nice_yaml }}", R"({"d": {"b": [1, {"c": "yes"}], "a": "x: y"}})"),
                  "\"a: 'x: y'\\nb:\\n- 1\\n-   c: 'yes'\\n\"");
  CAF_CHECK_EQUAL(render("{{ d | to_yaml }}", R"({"d": {"b": [1, 2], "a": null}})"),
                  "'a: null\\nb: [1, 2]\\n'");
  CAF_CHECK_EQUAL(render("{{ 'a: [1, yes, 0x1f, 1e3]' | from_yaml }}"), "{'a': [1, True, 31, '1e3']}");
}

CAF_TEST(paths urls dates) {
  CAF_CHECK_EQUAL(
      render("{{ '/a/b.txt' | basename }} {{ '/a/b.txt' | dirname }} {{ 'b.tar.gz' | splitext }}"),
      "\"b.txt /a ('b.tar', '.gz')\"");
  CAF_CHECK_EQUAL(render("{{ ['/etc', 'x', 'y'] | path_join }}"), "'/etc/x/y'");
  CAF_CHECK_EQUAL(render("{{ 'http://u:p@h.com:81/x?q=1#f' | urlsplit('port') }} {{ 'a b/c' | urlencode }}"),
                  "'81 a%20b/c'");
  CAF_CHECK_EQUAL(render("{{ '2020-05-06' | to_datetime('%Y-%m-%d') }}"), "'2020-05-06 00:00:00'");
  CAF_CHECK_EQUAL(render("{{ '%Y-%m-%d' | strftime(0, utc=true) }}"), "'1970-01-01'");
  CAF_CHECK_EQUAL(render("{{ '1.10' is version('1.9', '>') }} {{ '1.0.0-rc.1' is version('1.0.0', '<', "
                         "version_type='semver') }}"),
                  "'True True'");
}

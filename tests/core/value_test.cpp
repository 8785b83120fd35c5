#define CAF_SUITE core.value
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/value.hpp"

using namespace mito::core;

CAF_TEST(equality is Pythons) {
  CAF_CHECK(value(1) == value(1.0));
  CAF_CHECK(value(true) == value(1));
  CAF_CHECK(!(value("1") == value(1)));
  CAF_CHECK(!(value(list{value(1)}) == value::tuple({value(1)})));
  CAF_CHECK(value(dict{{value("a"), value(1)}, {value("b"), value(2)}}) ==
            value(dict{{value("b"), value(2)}, {value("a"), value(1)}}));
  CAF_CHECK_EQUAL(hash(value(1)), hash(value(1.0)));
  CAF_CHECK(!(value(std::int64_t{9007199254740993}) == value(9007199254740992.0)));
}

CAF_TEST(a dict keeps order and finds among many) {
  dict d;
  for (int i = 0; i < 1000; ++i) d.set("key" + std::to_string(i), value(i));
  d.set("key5", value("five"));
  CAF_CHECK_EQUAL(d.size(), 1000u);
  CAF_CHECK_EQUAL(d.at(5).val.as_string(), "five");
  CAF_CHECK_EQUAL(d.find("key999")->as_int(), 999);
  CAF_CHECK(d.find("nokey") == nullptr);
  CAF_CHECK(d.erase("key0"));
  CAF_CHECK(!d.erase("key0"));
  CAF_CHECK_EQUAL(d.find("key999")->as_int(), 999);
  CAF_CHECK_EQUAL(d.at(0).key.as_string(), "key1");
  d.set_key(value(3), value("int key"));
  CAF_CHECK_EQUAL(d.find_key(value(3.0))->as_string(), "int key");
}

CAF_TEST(trust is a property of the handle) {
  value v("{{ x }}");
  CAF_CHECK(v.trust() == trust::data);
  auto s = v.with_trust(trust::source);
  CAF_CHECK(s.trust() == trust::source);
  CAF_CHECK(s.same(v));
  auto wrapped = as_data(value(list{s}));
  CAF_CHECK(wrapped.as_list()[0].trust() == trust::data);
}

CAF_TEST(repr and str are Pythons) {
  CAF_CHECK_EQUAL(to_repr(value("it's")), "\"it's\"");
  CAF_CHECK_EQUAL(to_repr(value("a'b\"c\n")), "'a\\'b\"c\\n'");
  CAF_CHECK_EQUAL(to_repr(value(1.0)), "1.0");
  CAF_CHECK_EQUAL(to_repr(value(1e16)), "1e+16");
  CAF_CHECK_EQUAL(to_repr(value(0.1)), "0.1");
  CAF_CHECK_EQUAL(to_repr(value(1e-5)), "1e-05");
  CAF_CHECK_EQUAL(to_repr(value(123456789012345680.0)), "1.2345678901234568e+17");
  CAF_CHECK_EQUAL(to_repr(value::tuple({value(1)})), "(1,)");
  CAF_CHECK_EQUAL(to_repr(value(dict{{value("a"), value(list{value(), value(true)})}})),
                  "{'a': [None, True]}");
  CAF_CHECK_EQUAL(to_str(value(datetime{{2024, 1, 2}, 3, 4, 5, 0, 3600})), "2024-01-02 03:04:05+01:00");
  CAF_CHECK_EQUAL(to_str(value(timedelta{-1000000})), "-1 day, 23:59:59");
  CAF_CHECK_EQUAL(to_repr(value::bytes("a\xff")), "b'a\\xff'");
}

CAF_TEST(json goes there and back) {
  auto v = parse_json(
      R"({"a":[1,2.5,-3,1e3,true,null,"x\u00e9\ud83d\ude00\n"],"b":{"c":123456789012345678901234567890}})");
  CAF_REQUIRE(v.has_value());
  CAF_CHECK_EQUAL(
      to_json(*v),
      "{\"a\":[1,2.5,-3,1000.0,true,null,\"xé😀\\n\"],\"b\":{\"c\":123456789012345678901234567890}}");
  CAF_CHECK_EQUAL(to_json((*v)["a"], {.spaced = true, .ascii = true}),
                  "[1, 2.5, -3, 1000.0, true, null, \"x\\u00e9\\ud83d\\ude00\\n\"]");
  CAF_CHECK_EQUAL(to_json(value(dict{{value("b"), value(1)}, {value("a"), value(list{})}}),
                          {.indent = 4, .sort_keys = true}),
                  "{\n    \"a\": [],\n    \"b\": 1\n}");
}

CAF_TEST(bad json is refused with a place) {
  for (auto text : {"", "{", "[1,]", "{\"a\" 1}", "01", "1.", "\"\\x\"", "tru", "[1] 2", "\"a\nb\"", "{1:2}",
                    "\"\\ud8\""})
    CAF_CHECK(!parse_json(text));
  std::string deep(200, '[');
  auto e = parse_json(deep);
  CAF_REQUIRE(!e);
  CAF_CHECK_EQUAL(e.error().message(), "not JSON: nested too deeply at offset 65");
  CAF_CHECK_EQUAL(to_json(*parse_json("\"\xff\"")), "\"\uFFFD\"");
}

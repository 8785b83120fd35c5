#define CAF_SUITE actions.local
#include "helpers.hpp"

using namespace actions_test;

CAF_TEST_FIXTURE_SCOPE(local, stage)

CAF_TEST(debug shows a message a variable or hello) {
  start("debug", R"({"msg": "hi"})");
  CAF_CHECK_EQUAL(msg(), "hi");
  CAF_CHECK(result()["_ansible_verbose_always"].truthy());
  start("debug", R"({"var": "a.b"})", R"({"a": {"b": [1, 2]}})");
  CAF_CHECK_EQUAL(core::to_repr(result()["a.b"]), "[1, 2]");
  start("debug", R"({"var": "nothing"})");
  CAF_CHECK_EQUAL(std::string(result().text("nothing")), "VARIABLE IS NOT DEFINED!");
  start("debug", "{}");
  CAF_CHECK_EQUAL(msg(), "Hello world!");
}

CAF_TEST(debug waits for its verbosity) {
  start("debug", R"({"msg": "hi", "verbosity": 2})");
  CAF_CHECK(result()["skipped"].truthy());
  CAF_CHECK(!result().as_dict().contains("msg"));
  verbosity = 2;
  start("debug", R"({"msg": "hi", "verbosity": "2"})");
  CAF_CHECK(!result()["skipped"].truthy());
}

CAF_TEST(debug refuses what it does not know) {
  start("debug", R"({"massage": "hi"})");
  CAF_CHECK_EQUAL(msg(), "Invalid options for debug: massage");
  CAF_CHECK_EQUAL(raised(), "failure");
  start("debug", R"({"msg": "hi", "var": "x"})");
  CAF_CHECK_EQUAL(msg(), "'msg' and 'var' are incompatible options");
}

CAF_TEST(set_fact sets words as booleans and refuses bad names) {
  start("set_fact", R"({"a": "yes", "b": "no more", "c": {"d": 1}, "cacheable": true})");
  CAF_CHECK_EQUAL(core::to_repr(result()["ansible_facts"]), "{'a': True, 'b': 'no more', 'c': {'d': 1}}");
  CAF_CHECK(result()["_ansible_facts_cacheable"].truthy());
  start("set_fact", R"({"a-b": 1})");
  CAF_CHECK(msg().starts_with("The variable name 'a-b' is not valid."));
  start("set_fact", "{}");
  CAF_CHECK(failed());
  start("set_fact", R"({"{{ n }}": 1})", R"({"n": "named"})");
  CAF_CHECK(result()["ansible_facts"].as_dict().contains("named"));
}

CAF_TEST(assert says what did not hold) {
  start("assert", R"({"that": ["a == 1", "a == 2"], "fail_msg": "no"})", R"({"a": 1})");
  CAF_CHECK(failed());
  CAF_CHECK_EQUAL(std::string(result().text("assertion")), "a == 2");
  CAF_CHECK(result()["evaluated_to"] == core::value(false));
  CAF_CHECK_EQUAL(msg(), "no");
  start("assert", R"({"that": "a == 1"})", R"({"a": 1})");
  CAF_CHECK(!failed());
  CAF_CHECK_EQUAL(msg(), "All assertions passed");
}

CAF_TEST(assert raises where it cannot be evaluated) {
  start("assert", R"({"that": "missing == 1"})");
  CAF_CHECK_EQUAL(raised(), "error");
  CAF_CHECK(msg().find("'missing' is undefined") != std::string::npos);
  start("assert", "{}");
  CAF_CHECK_EQUAL(raised(), "error");
  start("assert", R"({"that": "true", "fail_msg": 3})");
  CAF_CHECK(msg().find("Incorrect type for fail_msg") != std::string::npos);
}

CAF_TEST(fail fails) {
  start("fail", R"({"msg": "so it is"})");
  CAF_CHECK(failed());
  CAF_CHECK_EQUAL(msg(), "so it is");
  CAF_CHECK_EQUAL(raised(), "");
  start("fail", "{}");
  CAF_CHECK_EQUAL(msg(), "Failed as requested from task");
  start("fail", R"({"message": "x"})");
  CAF_CHECK_EQUAL(raised(), "failure");
}

CAF_TEST(group_by names its group without blanks) {
  start("group_by", R"({"key": "my group", "parents": ["a b", "c"]})");
  CAF_CHECK_EQUAL(std::string(result().text("add_group")), "my-group");
  CAF_CHECK_EQUAL(core::to_repr(result()["parent_groups"]), "['a-b', 'c']");
  start("group_by", R"({"key": "k"})");
  CAF_CHECK_EQUAL(core::to_repr(result()["parent_groups"]), "['all']");
  start("group_by", "{}");
  CAF_CHECK(failed());
}

CAF_TEST(add_host gathers name groups and variables) {
  start("add_host", R"({"name": "new:2222", "groups": "a, b,a", "color": "red"})");
  auto& info = result()["add_host"];
  CAF_CHECK_EQUAL(std::string(info.text("host_name")), "new");
  CAF_CHECK_EQUAL(core::to_repr(info["groups"]), "['a', 'b']");
  CAF_CHECK_EQUAL(core::to_repr(info["host_vars"]), "{'color': 'red', 'ansible_ssh_port': 2222}");
  start("add_host", R"({"name": "::1", "groups": ["g"]})");
  CAF_CHECK_EQUAL(std::string(result()["add_host"].text("host_name")), "::1");
  start("add_host", R"({"groups": "g"})");
  CAF_CHECK(failed());
  start("add_host", R"({"name": "n", "groups": 3})");
  CAF_CHECK(failed());
}

CAF_TEST(pause waits and says how long) {
  start("pause", R"({"minutes": 2})");
  auto* wait = std::get_if<actions::pause_call>(&step);
  CAF_REQUIRE(wait);
  CAF_CHECK(wait->duration == std::chrono::seconds(120));
  answer("");
  CAF_CHECK(!failed());
  CAF_CHECK(result().text("stdout").ends_with(" minutes"));
  start("pause", R"({"seconds": 0})");
  CAF_CHECK(std::get_if<actions::pause_call>(&step)->duration == std::chrono::seconds(1));
}

CAF_TEST(pause does not wait for a key that nobody can press) {
  start("pause", "{}");
  auto* wait = std::get_if<actions::pause_call>(&step);
  CAF_REQUIRE(wait);
  CAF_CHECK(wait->duration.count() == 0);
  CAF_CHECK(wait->text.find("stdin is not interactive") != std::string::npos);
  interactive = true;
  start("pause", "{}");
  CAF_CHECK(failed());
  start("pause", R"({"seconds": 1, "minutes": 1})");
  CAF_CHECK(failed());
  start("pause", R"({"seconds": "soon"})");
  CAF_CHECK(failed());
}

CAF_TEST(every action that is listed can be found and the list is sorted) {
  auto& all = actions::all();
  CAF_CHECK(std::is_sorted(all.begin(), all.end(), [](auto& a, auto& b) { return a.name < b.name; }));
  for (auto& e : all) CAF_CHECK_EQUAL(actions::find(e.name), &e);
  CAF_CHECK(actions::find("nothing") == nullptr);
}

CAF_TEST_FIXTURE_SCOPE_END()

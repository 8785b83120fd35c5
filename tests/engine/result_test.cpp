#define CAF_SUITE engine.result
#include "engine/keywords.hpp"
#include "helpers.hpp"

using namespace engine_test;

CAF_TEST(failed) {
  auto failed = [](std::string_view text) { return engine::is_failed(json(text)); };
  CAF_CHECK(!failed("{}"));
  CAF_CHECK(failed(R"({"failed": true})"));
  CAF_CHECK(!failed(R"({"failed": true, "failed_when_result": false})"));
  CAF_CHECK(failed(R"({"failed": false, "failed_when_result": true})"));
  CAF_CHECK(failed(R"({"results": [{"failed": false}, {"failed": true}]})"));
  CAF_CHECK(failed(R"({"results": [{"failed_when_result": true}, {"failed": false}]})"));
  CAF_CHECK(!failed(R"({"results": ["failed", 1]})"));
}

CAF_TEST(unreachable and changed count any item) {
  CAF_CHECK(engine::is_unreachable(json(R"({"results": [{}, {"unreachable": true}]})")));
  CAF_CHECK(!engine::is_unreachable(json(R"({"results": [{}]})")));
  CAF_CHECK(engine::is_changed(json(R"({"results": [{}, {"changed": true}]})")));
  CAF_CHECK(!engine::is_changed(json(R"({"changed": false})")));
}

CAF_TEST(skipped needs all items) {
  auto skipped = [](std::string_view text) { return engine::is_skipped(json(text)); };
  CAF_CHECK(skipped(R"({"skipped": true})"));
  CAF_CHECK(skipped(R"({"results": [{"skipped": true}, {"skipped": true}]})"));
  CAF_CHECK(!skipped(R"({"results": [{"skipped": true}, {"skipped": false}]})"));
  CAF_CHECK(skipped(R"({"skipped": true, "results": []})"));
  CAF_CHECK(skipped(R"({"skipped": true, "results": ["text"]})"));
}

CAF_TEST(booleans as Ansible reads them) {
  for (auto yes : {"yes", "ON", "True", "1", " y ", "t"}) CAF_CHECK(engine::to_boolean(core::value(yes)) == std::optional(true));
  for (auto no : {"no", "Off", "FALSE", "0", "n", "f"}) CAF_CHECK(engine::to_boolean(core::value(no)) == std::optional(false));
  CAF_CHECK(!engine::to_boolean(core::value("maybe")));
  CAF_CHECK(!engine::to_boolean(core::value(2)));
  CAF_CHECK(!engine::to_boolean(core::value()));
  CAF_CHECK(engine::to_boolean(core::value(1.0)) == std::optional(true));
}

CAF_TEST(an error shows its place and guesses missing quotes) {
  auto file = std::make_shared<core::source_file>(core::source_file{"p.yml", "a: 1\n  b: {{ x }}\nc: 2\n"});
  auto text = engine::with_place("oops", {file, 2, 6});
  CAF_CHECK(text.starts_with("oops\n\nThe error appears to be in 'p.yml': line 2, column 6, but may\nbe elsewhere"));
  CAF_CHECK(text.find("\na: 1\n  b: {{ x }}\n     ^ here\n") != std::string::npos);
  CAF_CHECK(text.find("missing quotes") != std::string::npos);
  CAF_CHECK(engine::with_place("oops", {file, 3, 1}).find("missing quotes") == std::string::npos);
  CAF_CHECK_EQUAL(engine::with_place("oops", {}), "oops");
  // A line past the end is no reason to fall over.
  CAF_CHECK(engine::with_place("oops", {file, 99, 1}).starts_with("oops\n"));
}

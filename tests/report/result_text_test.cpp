#define CAF_SUITE report.result_text
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "report/display.hpp"
#include "report/result_text.hpp"

using namespace mito;
using namespace mito::report;

namespace {
core::value json(std::string_view text) {
  auto v = core::parse_json(text);
  CAF_REQUIRE(v.has_value());
  return *v;
}
} // namespace

CAF_TEST(no_log leaves nothing of a result but its fate) {
  task_info secret;
  secret.no_log = true;
  auto shown = visible(json(R"({"stdout":"hunter2","changed":true,"item":"pw","results":[{"stdout":"hunter2"}]})"), secret);
  CAF_CHECK_EQUAL(core::to_json(shown).find("hunter2"), std::string::npos);
  CAF_CHECK(shown["changed"].truthy());
  task_info plain;
  auto marked = visible(json(R"({"_ansible_no_log":true,"stdout":"hunter2"})"), plain);
  CAF_CHECK_EQUAL(core::to_json(marked).find("hunter2"), std::string::npos);
}

CAF_TEST(internal keys and what the event says are not shown) {
  task_info t;
  auto shown = visible(json(R"({"failed":true,"_ansible_parsed":true,"msg":"x","diff":[]})"), t);
  output_options o;
  CAF_CHECK_EQUAL(dump_result(shown, o), R"({"msg": "x"})");
}

CAF_TEST(differences are shown as difflib makes them) {
  auto text = diff_text(json(R"({"before":"a\nb\nc\n","after":"a\nB\nc\n","before_header":"/f"})"), false);
  CAF_CHECK_EQUAL(text, "--- before: /f\n+++ after\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n\n");
  CAF_CHECK_EQUAL(diff_text(json(R"({"before":"same","after":"same"})"), false), "");
  CAF_CHECK_EQUAL(diff_text(json(R"({"before":"","after":"x"})"), false),
                  "--- before\n+++ after\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n\n");
}

CAF_TEST(colour is put on each line) {
  CAF_CHECK_EQUAL(paint("a\nb", color::ok, true), "\033[0;32ma\033[0m\n\033[0;32mb\033[0m");
  CAF_CHECK_EQUAL(paint("a", color::ok, false), "a");
}

CAF_TEST(warnings are folded at the width) {
  CAF_CHECK_EQUAL(wrap_text("aaa bbb ccc", 7), "aaa bbb\nccc");
  CAF_CHECK_EQUAL(text_width("a\u4e2d"), 3u);
}

#define CAF_SUITE report.result_text
#include <caf/test/unit_test.hpp>

#include "report/result_text.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

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
  CAF_CHECK_EQUAL(standard_dump.result(shown, o, {}), R"({"msg": "x"})");
}

CAF_TEST(differences are shown as difflib makes them) {
  output_options o;
  auto diff = [&](std::string_view text) { return diff_text(json(text), o, standard_dump); };
  CAF_CHECK_EQUAL(diff(R"({"before":"a\nb\nc\n","after":"a\nB\nc\n","before_header":"/f"})"),
                  "--- before: /f\n+++ after\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n\n");
  CAF_CHECK_EQUAL(diff(R"({"before":"same","after":"same"})"), "");
  CAF_CHECK_EQUAL(diff(R"({"before":"","after":"x"})"), "--- before\n+++ after\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n\n");
  CAF_CHECK_EQUAL(diff(R"({"before":null,"after":"x\n"})"), "--- before\n+++ after\n@@ -0,0 +1 @@\n+x\n\n");
  CAF_CHECK_EQUAL(diff(R"([{"src_binary":1},{"dst_larger":10,"prepared":"text\n"}])"),
                  "diff skipped: source file appears to be binary\ndiff skipped: destination file size is greater than 10\ntext\n");
  o.diff_context = 0;
  CAF_CHECK_EQUAL(diff(R"({"before":"a\nb\nc\n","after":"a\nB\nc\n"})"), "--- before\n+++ after\n@@ -2 +2 @@\n-b\n+B\n\n");
}

CAF_TEST(a line of a difference ends where Python says so) {
  output_options o;
  o.diff_context = 0;
  CAF_CHECK_EQUAL(diff_text(json(R"({"before":"a\rb\u2028c\r\n","after":"a\rB\u2028c\r\n"})"), o, standard_dump),
                  "--- before\n+++ after\n@@ -2 +2 @@\n-b\u2028+B\u2028\n");
}

CAF_TEST(sides that are no texts are JSON or YAML) {
  output_options o;
  auto diff = json(R"({"before":{"mode":"0644"},"after":{"mode":"0600"}})");
  CAF_CHECK_EQUAL(diff_text(diff, o, standard_dump),
                  "--- before\n+++ after\n@@ -1,3 +1,3 @@\n {\n-    \"mode\": \"0644\"\n+    \"mode\": \"0600\"\n }\n\n");
  o.result_format = "yaml";
  CAF_CHECK_EQUAL(diff_text(diff, o, standard_dump), "--- before\n+++ after\n@@ -1,2 +1,2 @@\n-    mode: '0644'\n+    mode: '0600'\n \n\n");
}

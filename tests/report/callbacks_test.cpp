#define CAF_SUITE report.callbacks
#include <caf/test/unit_test.hpp>

#include "report/callbacks.hpp"
#include "screen.hpp"

using namespace mito::report;

CAF_TEST(callbacks by either name) {
  for (auto name : {"default", "ansible.builtin.default", "ansible.legacy.default"}) CAF_CHECK_EQUAL(find_callback(name), find_callback("default"));
  for (auto name : {"yaml", "community.general.yaml"}) CAF_CHECK_EQUAL(find_callback(name), find_callback("yaml"));
  CAF_CHECK(find_callback("default") != nullptr);
  CAF_CHECK(find_callback("yaml") != find_callback("default"));
  CAF_CHECK(find_callback("community.general.default") == nullptr);
  CAF_CHECK(find_callback("") == nullptr);
}

CAF_TEST(what can be chosen is made) {
  screen s;
  callback_settings settings;
  int made = 0;
  for (auto& c : all_callbacks()) {
    if (!c.make) {
      CAF_CHECK(!c.instead.empty());
      continue;
    }
    CAF_CHECK(c.make(s.on, settings) != nullptr);
    ++made;
  }
  CAF_CHECK(made >= 11);
}

CAF_TEST(what is supported is told) {
  auto out = supported_callbacks(true), more = supported_callbacks(false);
  CAF_CHECK(out.find("json") != out.npos);
  CAF_CHECK(out.find("dense") == out.npos);
  CAF_CHECK(out.find("timer") == out.npos);
  CAF_CHECK(more.find("profile_tasks") != more.npos);
}

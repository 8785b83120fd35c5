#define CAF_SUITE bootstrap.bytes
#include <caf/test/unit_test.hpp>

#include "tests/bootstrap/fake_backend.hpp"

using namespace mito;

// The job is measured over ssh by lab_test.py; its own traffic is at most 2.5 KB on top of this.
CAF_TEST(twenty commands take little on the wire) {
  test::fake_backend b;
  bootstrap::agent_link link(b, {});
  auto line = link.start_command();
  link.opened();
  link.tick(bootstrap::clock::now());
  CAF_MESSAGE("stage-0: " << line.size() << " bytes, image: " << b.written.size());
  link.received(test::good_start(), bootstrap::clock::now());
  CAF_REQUIRE(b.is_ready);
  auto before = b.written.size();
  for (int i = 0; i < 20; ++i) {
    bootstrap::invocation call;
    call.module = "command";
    call.args = core::value(core::dict({{"_raw_params", "hostname"}, {"_uses_shell", false}}));
    link.invoke(0, std::move(call), bootstrap::clock::now());
  }
  CAF_MESSAGE("requests: " << b.written.size() - before);
  CAF_CHECK_LESS(line.size() + b.written.size(), 57000u);
  CAF_CHECK_LESS(line.size(), 2400u);
}

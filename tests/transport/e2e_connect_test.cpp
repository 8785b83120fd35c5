#define CAF_SUITE transport.e2e_connect
#include <caf/test/unit_test.hpp>

#include "fixture.hpp"

using namespace mito::transport;
using namespace transport_test;

CAF_TEST(a command runs and its output and status come back) {
  need_root();
  sshd server;
  const auto sink = run(server.target(), "cat; echo err >&2; exit 7", "hello\n");
  CAF_CHECK_EQUAL(sink->data(), "hello\n");
  CAF_CHECK_EQUAL(sink->why.message, "");
  CAF_CHECK(sink->why.reason == close_reason::finished);
  CAF_CHECK_EQUAL(sink->why.exit_status, 7);
  CAF_CHECK_EQUAL(sink->why.stderr_tail, "err\n");
}

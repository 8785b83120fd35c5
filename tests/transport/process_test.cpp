#define CAF_SUITE transport.process
#include <caf/test/unit_test.hpp>

#include <signal.h>

#include "fixture.hpp"

using namespace mito::transport;
using namespace transport_test;

namespace {
std::shared_ptr<stream> open(io_pool& pool, std::vector<std::string> argv, std::shared_ptr<collector> sink) {
  return pool.open(process_target{std::move(argv), {"GREETING=hi"}}, sink);
}
} // namespace

CAF_TEST(a program reads writes and ends) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"sh", "-c", "read x; echo \"$GREETING $x\"; echo oops >&2; exit 3"}, sink);
  s->write("there\n");
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->data(), "hi there\n");
  CAF_CHECK_EQUAL(sink->why.exit_status, 3);
  CAF_CHECK_EQUAL(sink->why.stderr_tail, "oops\n");
  CAF_CHECK(sink->why.reason == close_reason::finished);
}

CAF_TEST(a program that does not exist is named) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"/no/such/program"}, sink);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->why.message, "cannot run /no/such/program: No such file or directory");
  CAF_CHECK(sink->why.reason == close_reason::connect_failed);
}

CAF_TEST(a signal shows in the status) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"sh", "-c", "kill -KILL $$"}, sink);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->why.exit_status, 128 + SIGKILL);
}

CAF_TEST(finish gives the program its end of file) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"wc", "-c"}, sink);
  s->write(std::string(3000000, 'x'));
  s->finish();
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->data(), "3000000\n");
  CAF_CHECK_EQUAL(s->queued(), 0u);
}

CAF_TEST(abort ends the whole group even if it ignores SIGTERM) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"sh", "-c", "trap '' TERM; sleep 1000 & echo $$ $!; wait"}, sink);
  CAF_REQUIRE(sink->wait_bytes(3));
  const auto pids = sink->data();
  s->abort();
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK(sink->why.reason == close_reason::local);
  pid_t shell_pid = 0, sleeper = 0;
  CAF_REQUIRE_EQUAL(std::sscanf(pids.c_str(), "%d %d", &shell_pid, &sleeper), 2);
  { io_pool end_of_it({}); }
  for (auto pid : {shell_pid, sleeper}) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    bool gone = false;
    while (!gone && std::chrono::steady_clock::now() < deadline)
      gone = ::kill(pid, 0) != 0 ||
             scratch::read("/proc/" + std::to_string(pid) + "/stat").find(") Z") != std::string::npos;
    CAF_CHECK(gone);
  }
}

CAF_TEST(pause holds the program back and resume delivers all) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  sink->count_only();
  auto s = open(pool, {"sh", "-c", "head -c 50000000 /dev/zero; echo done >&2"}, sink);
  CAF_REQUIRE(sink->wait_bytes(1));
  s->pause(true);
  // A second stream's whole life passes meanwhile: the pause is in force, and more than a pipe's worth did
  // not come.
  auto other = std::make_shared<collector>();
  auto s2 = open(pool, {"true"}, other);
  auto s3 = open(pool, {"true"}, std::make_shared<collector>());
  CAF_REQUIRE(other->wait_closed());
  const auto before = sink->bytes();
  auto third = std::make_shared<collector>();
  auto s4 = open(pool, {"sleep", "0.1"}, third);
  CAF_REQUIRE(third->wait_closed());
  CAF_CHECK(sink->bytes() <= before + (1u << 20));
  CAF_CHECK(sink->bytes() < 50000000u);
  s->pause(false);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->bytes(), 50000000u);
}

CAF_TEST(drained is told once the queue that was too long is empty) {
  pool_options options;
  options.write_high_water = 1000;
  io_pool pool(options);
  auto sink = std::make_shared<collector>();
  auto s = open(pool, {"sh", "-c", "read x; cat >/dev/null"}, sink);
  s->write(std::string(2000000, 'x'));
  CAF_CHECK(s->queued() > 0);
  s->write("\n");
  CAF_REQUIRE(sink->wait_drained(1));
  CAF_CHECK_EQUAL(s->queued(), 0u);
  s->finish();
  CAF_REQUIRE(sink->wait_closed());
}

CAF_TEST(the pool ends what still runs) {
  auto sink = std::make_shared<collector>();
  std::shared_ptr<stream> s;
  {
    io_pool pool({});
    s = open(pool, {"sleep", "1000"}, sink);
    CAF_REQUIRE(sink->wait_opened());
  }
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK(sink->why.reason == close_reason::local);
  s->write("after the end: dropped");
}

#define CAF_SUITE transport.e2e_traffic
#include <caf/test/unit_test.hpp>

#include <fstream>
#include <signal.h>

#include "fixture.hpp"

using namespace mito::transport;
using namespace transport_test;

namespace {

sshd& server() {
  need_root();
  static sshd one;
  return one;
}

constexpr std::size_t mib = 1u << 20;

/// Resident memory of this process in bytes.
std::size_t resident() {
  std::ifstream in("/proc/self/statm");
  std::size_t total = 0, used = 0;
  in >> total >> used;
  return used * 4096;
}

} // namespace

CAF_TEST(a hundred MiB each way with bounded memory) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  sink->count_only();
  auto s = pool.open(server().target(), "cat", sink);
  CAF_REQUIRE(sink->wait_opened());
  const auto before = resident();
  std::size_t most = before, drains = 0;
  for (int i = 0; i < 100; ++i) {
    s->write(std::string(mib + 1, 'x')); // beyond the high water mark: drained is owed
    CAF_REQUIRE(sink->wait_drained(++drains));
    most = std::max(most, resident());
  }
  s->finish();
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->bytes(), 100 * (mib + 1));
  CAF_CHECK_EQUAL(sink->why.exit_status, 0);
  CAF_MESSAGE("memory grew by " << (most - before) / 1024 << " KiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  CAF_CHECK(most - before < 24 * mib);
#endif
}

CAF_TEST(pause lets the window fill and nothing is lost) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  sink->count_only();
  auto s = pool.open(server().target(), "head -c 100000000 /dev/zero", sink);
  CAF_REQUIRE(sink->wait_bytes(1));
  s->pause(true);
  auto other = std::make_shared<collector>();
  auto s2 =
      pool.open(server().target(), "sleep 0.3", other); // time in which an unpaused stream would be through
  CAF_REQUIRE(other->wait_closed());
  const auto held = sink->bytes();
  auto third = std::make_shared<collector>();
  auto s3 = pool.open(server().target(), "sleep 0.3", third);
  CAF_REQUIRE(third->wait_closed());
  CAF_CHECK_EQUAL(sink->bytes(), held);
  CAF_CHECK(held < 100000000u);
  s->pause(false);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->bytes(), 100000000u);
  CAF_CHECK_EQUAL(sink->why.exit_status, 0);
}

CAF_TEST(writing goes on while reading is paused) {
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = pool.open(server().target(), "cat >/dev/null; echo end", sink);
  CAF_REQUIRE(sink->wait_opened());
  s->pause(true);
  s->write(std::string(20 * mib, 'x')); // ten times the server's window: its adjustments must be read
  CAF_REQUIRE(sink->wait_drained(1));
  s->finish();
  s->pause(false);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK_EQUAL(sink->data(), "end\n");
}

CAF_TEST(a server killed in mid stream) {
  sshd doomed;
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = pool.open(doomed.target(), "echo $PPID; cat", sink);
  CAF_REQUIRE(sink->wait_bytes(2));
  CAF_REQUIRE_EQUAL(::kill(std::stoi(sink->data()), SIGKILL), 0);
  CAF_REQUIRE(sink->wait_closed());
  CAF_CHECK(sink->why.reason == close_reason::lost);
  CAF_CHECK(sink->why.message.find("Connection to 127.0.0.1 port ") == 0);
}

CAF_TEST(a server that stops answering is noticed by keepalive) {
  sshd frozen;
  auto t = frozen.target();
  t.ssh_arguments = {"-o", "ServerAliveInterval=1", "-o", "ServerAliveCountMax=1"};
  io_pool pool({});
  auto sink = std::make_shared<collector>();
  auto s = pool.open(t, "echo $PPID; exec sleep 100", sink);
  CAF_REQUIRE(sink->wait_bytes(2));
  const pid_t pid = std::stoi(sink->data());
  ::kill(pid, SIGSTOP);
  CAF_CHECK(sink->wait_closed());
  ::kill(pid, SIGCONT);
  CAF_CHECK(sink->why.reason == close_reason::lost);
  CAF_CHECK_EQUAL(sink->why.message, "Timeout, server 127.0.0.1 not responding.");
}

CAF_TEST(sixty streams at once) {
  io_pool pool({});
  std::vector<std::shared_ptr<collector>> sinks;
  std::vector<std::shared_ptr<stream>> streams;
  auto t = server().target();
  t.connect_timeout = std::chrono::seconds(60);
  for (int i = 0; i < 60; ++i) {
    sinks.push_back(std::make_shared<collector>());
    streams.push_back(pool.open(t, "read x; echo $x", sinks.back()));
    streams.back()->write("n" + std::to_string(i) + "\n");
  }
  for (int i = 0; i < 60; ++i) {
    for (int wait = 0; wait < 5 && !sinks[i]->wait_closed();) ++wait;
    CAF_CHECK_EQUAL(sinks[i]->data() + sinks[i]->why.message, "n" + std::to_string(i) + "\n");
  }
}

#define CAF_SUITE agent.hops
#include <caf/test/unit_test.hpp>

#include <csignal>
#include <cstdlib>
#include <unistd.h>

#include "tests/bootstrap/driver.hpp"

// Hops through the real sudo. They need root and sudo; without either the suite is skipped.

using namespace mito;
using bootstrap::become_request;
using std::chrono::seconds;

namespace {

struct fixture {
  test::driver d;
  fixture() {
    if (::geteuid() != 0 || ::system("sudo -n -u nobody true 2>/dev/null") != 0) ::_exit(77);
    d.start({});
    CAF_REQUIRE(d.run_until([&] { return d.is_ready || d.is_down; }));
  }
  bootstrap::hop_id open(bootstrap::hop_id parent, become_request what) {
    return d.link.open_hop(parent, std::move(what), bootstrap::clock::now());
  }
  core::value command(bootstrap::hop_id hop, std::string_view text) {
    bootstrap::invocation i;
    i.module = "command";
    i.args = test::driver::args({{"_raw_params", text}});
    return d.call(hop, std::move(i));
  }
};

become_request nobody() {
  become_request r;
  r.user = "nobody";
  return r;
}

} // namespace

CAF_TEST(requests may follow before the hop is up) {
  fixture f;
  auto hop = f.open(0, nobody());
  CAF_CHECK_EQUAL(f.command(hop, "id -un").text("stdout"), "nobody");
  CAF_CHECK(f.d.hops.contains(hop));
  CAF_CHECK_EQUAL(f.d.hops[hop].uid, 65534);
  CAF_CHECK_EQUAL(f.command(0, "id -un").text("stdout"), "root");
}

CAF_TEST(hops nest and close) {
  fixture f;
  become_request root;
  auto one = f.open(0, root), two = f.open(one, root), three = f.open(two, root), four = f.open(three, nobody());
  CAF_CHECK_EQUAL(f.command(four, "id -un").text("stdout"), "nobody");
  CAF_CHECK_EQUAL(f.command(two, "id -un").text("stdout"), "root");
  auto five = f.open(four, root);
  CAF_CHECK(!f.d.wait_hop(five));
  CAF_CHECK_EQUAL(f.d.hop_errors[five].message, "more than four hops are nested");
  f.d.link.close_hop(two);
  CAF_CHECK(f.d.hop_errors.contains(four));
  CAF_CHECK_EQUAL(f.command(one, "id -un").text("stdout"), "root");
  CAF_CHECK(f.d.end());
}

CAF_TEST(modules outside the first image work behind a hop) {
  fixture f;
  auto hop = f.open(0, nobody());
  bootstrap::invocation i;
  i.module = "stat";
  i.args = test::driver::args({{"path", "/etc/shadow"}});
  auto r = f.d.call(hop, std::move(i));
  CAF_CHECK_EQUAL(r["stat"].flag("exists"), true);
  CAF_CHECK_EQUAL(r["stat"].flag("readable", true), false);
}

CAF_TEST(an unknown user is an error at once) {
  fixture f;
  become_request r;
  r.user = "no-such-user-here";
  auto hop = f.open(0, r);
  CAF_CHECK(!f.d.wait_hop(hop, seconds(10)));
  CAF_CHECK(f.d.hop_errors[hop].what == bootstrap::link_failure::kind::become_failed);
  CAF_CHECK(f.d.hop_errors[hop].message.find("no-such-user-here") != std::string::npos);
}

CAF_TEST(a become program that is missing is named) {
  fixture f;
  become_request r;
  r.exe = "no-such-sudo";
  auto hop = f.open(0, r);
  CAF_CHECK(!f.d.wait_hop(hop, seconds(10)));
  CAF_CHECK_EQUAL(f.d.hop_errors[hop].message, "no-such-sudo: No such file or directory");
}

CAF_TEST(the end of a hop fails what runs in it) {
  fixture f;
  auto hop = f.open(0, nobody());
  CAF_REQUIRE(f.d.wait_hop(hop));
  bootstrap::invocation i;
  i.module = "command";
  i.args = test::driver::args({{"_raw_params", "sleep 300"}});
  auto id = f.d.link.invoke(hop, std::move(i), bootstrap::clock::now());
  ::kill(static_cast<pid_t>(f.d.hops[hop].pid), SIGKILL);
  CAF_REQUIRE(f.d.run_until([&] { return f.d.failures.contains(id); }));
  CAF_CHECK(f.d.failures[id].what == bootstrap::link_failure::kind::unreachable);
  CAF_CHECK(f.d.hop_errors.contains(hop));
  CAF_CHECK_EQUAL(f.command(0, "id -un").text("stdout"), "root");
}

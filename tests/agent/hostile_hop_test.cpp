#define CAF_SUITE agent.hostile_hop
#include <caf/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/bootstrap/driver.hpp"

// Become programs that start something else than our agent. The agent above survives all of them.

using namespace mito;
using bootstrap::become_request;
using std::chrono::milliseconds;
using kind = bootstrap::link_failure::kind;

namespace {

const std::string magic = "printf '\\000\\364MITO1\\n'\n";
/// A frame header: size, hop, type, flags, id.
std::string header(const char* size, const char* hop, const char* type, const char* id) {
  return std::string("printf '") + size + hop + type + "\\000" + id + "'\n";
}
const char *none = "\\000\\000\\000\\000", *one = "\\000\\000\\000\\001", *here = "\\000\\000", *result = "\\004";
/// An empty hello.
const std::string hello = header("\\000\\000\\000\\046", "\\000\\000", "\\001", "\\000\\000\\000\\000") + "head -c 38 /dev/zero\n";

struct fixture {
  std::string program = "/tmp/mito-become-XXXXXX";
  test::driver d;
  fixture() {
    int fd = ::mkstemp(program.data());
    CAF_REQUIRE(fd >= 0);
    ::close(fd);
    d.start({});
    CAF_REQUIRE(d.run_until([&] { return d.is_ready || d.is_down; }));
  }
  ~fixture() { ::unlink(program.c_str()); }
  bootstrap::hop_id open(const std::string& text, milliseconds timeout) {
    std::ofstream(program) << "#!/bin/sh\n" << text;
    ::chmod(program.c_str(), 0755);
    become_request r;
    r.exe = program;
    r.timeout = timeout;
    return d.link.open_hop(0, std::move(r), bootstrap::clock::now());
  }
  /// The hop ends with that message, and the agent above still answers.
  void fails(const std::string& text, std::string_view words, kind what, milliseconds timeout = milliseconds(15000)) {
    // Descriptor 1 is our image: what is to be read by the agent goes to the socket, both ways.
    auto hop = open("exec >&0\n" + text, timeout);
    CAF_REQUIRE(d.run_until([&] { return d.hop_errors.contains(hop) || d.is_down; }));
    CAF_CHECK(d.hop_errors[hop].message.find(words) != std::string::npos);
    if (d.hop_errors[hop].message.find(words) == std::string::npos) CAF_MESSAGE(d.hop_errors[hop].message);
    CAF_CHECK(d.hop_errors[hop].what == what);
    bootstrap::invocation i;
    i.module = "ping";
    CAF_CHECK_EQUAL(d.call(0, std::move(i)).text("ping"), "pong");
  }
};

} // namespace

CAF_TEST(garbage behind the magic) {
  fixture f;
  f.fails(magic + "printf '\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377\\377'; sleep 60", "a frame above the size limit", kind::protocol);
  f.fails(magic + header(none, here, "\\310", none) + "sleep 60", "a frame of an unknown type", kind::protocol);
}

CAF_TEST(frames that only others may send) {
  fixture f;
  for (const char* type : {"\\003", "\\002", "\\020", "\\017"})
    f.fails(magic + hello + header(none, "\\000\\001", type, one) + "sleep 60", "a frame that is not its own to send", kind::protocol);
  // A result of the login account's agent, and of a hop that is not below it.
  f.fails(magic + hello + header(none, "\\000\\000", result, one) + "sleep 60", "a frame that is not its own to send", kind::protocol);
  f.fails(magic + hello + header(none, "\\000\\377", result, one) + "sleep 60", "a frame that is not its own to send", kind::protocol);
  CAF_CHECK(!f.d.is_down);
}

CAF_TEST(a flood before the magic) {
  fixture f;
  f.fails("exec head -c 1000000 /dev/zero", "wrote more than 64 KiB and started no agent", kind::protocol);
}

CAF_TEST(a program that says nothing ends in bounded time) {
  fixture f;
  auto begin = bootstrap::clock::now();
  f.fails("exec sleep 60", "Timeout waiting for privilege escalation by sudo", kind::become_failed, milliseconds(1000));
  CAF_CHECK(bootstrap::clock::now() - begin < milliseconds(10000));
}

CAF_TEST(a program that promises a place for the payload and reads nothing) {
  fixture f;
  f.fails("echo MITO0 lost >&2; echo MITO0 go; exec sleep 60", "Timeout waiting for privilege escalation by sudo", kind::become_failed,
          milliseconds(1000));
}

CAF_TEST(a target where nothing may be executed) {
  fixture f;
  f.fails("echo MITO0 lost >&2; echo MITO0 noexec; exec sleep 60", "no place on the target lets this user execute the agent",
          kind::become_failed);
}

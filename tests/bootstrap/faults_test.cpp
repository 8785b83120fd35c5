#define CAF_SUITE bootstrap.faults
#include <caf/test/unit_test.hpp>

#include "bootstrap/images.hpp"
#include "protocol/limits.hpp"
#include "protocol/wire.hpp"
#include "tests/bootstrap/fake_backend.hpp"

// A target that is broken or hostile, seen by the controller's end.

using namespace mito;
using protocol::type;
using std::chrono::seconds;
using kind = bootstrap::link_failure::kind;

namespace {

struct fixture {
  test::fake_backend b;
  bootstrap::agent_link link;
  bootstrap::clock::time_point now{seconds(1000)};
  bootstrap::request_id pending = 0;

  explicit fixture(bootstrap::agent_link::options o = {}) : link(b, std::move(o)) {
    (void)link.start_command();
    pending = command();
    link.opened();
    link.tick(now);
  }
  bootstrap::request_id command() {
    bootstrap::invocation i;
    i.module = "command";
    i.args = core::value(core::dict({{"_raw_params", "true"}}));
    return link.invoke(0, std::move(i), now);
  }
  void get(std::string_view bytes) { link.received(bytes, now); }
  /// Down, with that in the message, and the request under way was told before.
  void check_down(kind what, std::string_view words) {
    CAF_REQUIRE(b.is_down);
    CAF_CHECK(b.down_reason.what == what);
    CAF_CHECK(b.down_reason.message.find(words) != std::string::npos);
    if (b.down_reason.message.find(words) == std::string::npos) CAF_MESSAGE(b.down_reason.message);
    CAF_CHECK(b.failures.contains(pending));
    CAF_CHECK(!b.failed_after_down);
    // Nothing that comes later changes anything, and nothing more is sent.
    auto sent = b.written.size();
    get(test::good_start());
    CAF_CHECK_EQUAL(b.written.size(), sent);
    auto late = command();
    link.tick(now);
    CAF_CHECK(b.failures.contains(late));
  }
};

void after_hello(std::string_view bytes, std::string_view words) {
  for (std::size_t piece : {bytes.size(), std::size_t{1}}) {
    fixture f;
    f.get(test::good_start());
    CAF_REQUIRE(f.b.is_ready);
    for (std::size_t at = 0; at < bytes.size() && !f.b.is_down; at += piece) f.get(bytes.substr(at, piece));
    f.check_down(kind::protocol, words);
  }
}

} // namespace

CAF_TEST(noise before the hello is kept up to its bound) {
  fixture f;
  std::string noise(protocol::max_noise - 100, 'n');
  f.get(noise);
  auto start = test::good_start();
  for (char c : start) f.get({&c, 1});
  CAF_CHECK(f.b.is_ready);
  CAF_CHECK_EQUAL(f.b.greeting.noise, noise);
}

CAF_TEST(more noise than the bound ends the host) {
  fixture f;
  std::string part(4096, 'n');
  int parts = 0;
  for (; !f.b.is_down && parts < 100; ++parts) f.get(part);
  CAF_CHECK_EQUAL(parts, 17);
  f.check_down(kind::protocol, "wrote more than 64 KiB");
  CAF_CHECK(!f.b.down_reason.hint.empty());
}

CAF_TEST(a hello that never comes ends the host in time) {
  fixture f;
  f.get("Welcome to the maze\n");
  f.now += seconds(14);
  f.link.tick(f.now);
  CAF_CHECK(!f.b.is_down);
  f.now += seconds(2);
  CAF_CHECK(f.link.next_deadline() <= f.now);
  f.link.tick(f.now);
  f.check_down(kind::unreachable, "no agent started within 15 s; the login said: Welcome to the maze");
}

CAF_TEST(half a hello is no hello) {
  fixture f;
  auto start = test::good_start();
  f.get(std::string_view(start).substr(0, start.size() - 1));
  f.now += seconds(16);
  f.link.tick(f.now);
  f.check_down(kind::unreachable, "no agent started within 15 s");
}

CAF_TEST(the first frame must be a hello of the login account) {
  for (auto bytes : {test::frame_of({.type = type::result, .id = 1}, "{}"), test::frame_of({.type = type::hello}, "x"),
                     test::frame_of({.hop = 3, .type = type::hello}, "")}) {
    fixture f;
    f.get(std::string(protocol::magic) + bytes);
    f.check_down(kind::protocol, "the agent sent");
  }
}

CAF_TEST(garbage ends the host) {
  after_hello(std::string(5000, '\xff'), "a frame above the size limit");
  after_hello(test::frame_of({.type = static_cast<type>(200)}), "a frame of an unknown type");
  after_hello(std::string(12, '\0'), "a frame of an unknown type");
  std::string large;
  protocol::append_header(large, {.size = protocol::max_body_to_controller + 1, .type = type::result, .id = 1});
  after_hello(large, "a frame above the size limit");
  std::string second;
  protocol::append_message(second, {.type = type::hello}, test::hello_of());
  after_hello(second, "a hello of a hop that nobody asked for");
  after_hello(test::frame_of({.hop = 9, .type = type::hello}, std::string_view(second).substr(protocol::header_size)),
              "a hello of a hop that nobody asked for");
  after_hello(test::frame_of({.type = type::hello}, "short"), "a malformed hello");
  after_hello(test::frame_of({.type = type::result, .id = 77}, "{}"), "a result that nobody asked for");
  after_hello(test::frame_of({.type = type::result, .id = 0}, "{}"), "a result that nobody asked for");
  after_hello(test::frame_of({.hop = 1, .type = type::result, .id = 1}, "{}"), "a result of another agent");
  after_hello(test::frame_of({.type = type::result, .flags = protocol::flag::more, .id = 1}), "a result of another agent");
  after_hello(test::frame_of({.type = type::upload_credit, .id = 1}, std::string("\0\0\0\1", 4)), "a credit that is not due");
  after_hello(test::frame_of({.type = type::hop_failed, .id = 1}, "?"), "a malformed report");
  for (auto t : {type::set_hop, type::request, type::cancel, type::upload_data, type::upload_done, type::hop_open, type::hop_payload,
                 type::hop_close, type::lease, type::bye, type::python})
    after_hello(test::frame_of({.type = t, .id = 1}), "a message that only a controller sends");
}

CAF_TEST(a result that is no JSON fails its request alone) {
  fixture f;
  f.get(test::good_start());
  auto other = f.command();
  f.get(test::frame_of({.type = type::result, .id = f.pending}, "{\"a\":"));
  CAF_CHECK(f.b.failures[f.pending].what == kind::protocol);
  auto third = f.command();
  f.get(test::frame_of({.type = type::result, .id = third}, std::string(200, '[') + std::string(200, ']')));
  CAF_CHECK(f.b.failures.contains(third));
  f.get(test::frame_of({.type = type::result, .id = other}, "{\"rc\":0}"));
  CAF_CHECK(f.b.results.contains(other));
  CAF_CHECK(!f.b.is_down);
}

CAF_TEST(a result without an end is cut at its bound) {
  bootstrap::agent_link::options o;
  o.result_limit = 1u << 20;
  fixture f(o);
  f.get(test::good_start());
  std::string part(protocol::result_part, ' ');
  int parts = 0;
  for (; !f.b.results.contains(f.pending) && parts < 10; ++parts)
    f.get(test::frame_of({.type = type::result, .flags = protocol::flag::more, .id = f.pending}, part));
  CAF_CHECK_EQUAL(parts, 5);
  CAF_CHECK_EQUAL(f.b.results[f.pending].text("msg"), "the result is larger than 1 MiB");
  // The rest is still under way.
  f.get(test::frame_of({.type = type::result, .id = f.pending}, part));
  CAF_CHECK(!f.b.is_down);
}

CAF_TEST(a target that names machine after machine is started twice at most) {
  fixture f;
  std::string own(bootstrap::images().front().machine);
  for (int i = 0; i < 5 && !f.b.is_down; ++i) {
    std::string other = own;
    if (bootstrap::images().size() > 1 && i % 2 == 0) other = bootstrap::images()[1].machine;
    f.get("MITO0 arch Linux " + other + "\n");
    (void)f.link.start_command();
    f.link.opened();
    f.link.tick(f.now);
  }
  CAF_CHECK(f.b.is_down);
  CAF_CHECK(f.b.restarts <= 1);
}

CAF_TEST(a stream that closes says why) {
  fixture f;
  f.get("Your account has expired.\r\n");
  f.link.closed({kind::unreachable, "the connection was closed", ""});
  f.check_down(kind::unreachable, "the connection was closed; the login said: Your account has expired.");
}

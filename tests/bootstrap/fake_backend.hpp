#pragma once
/// A link's surroundings without a process: what it writes is kept, what it reports is noted.
#include <map>
#include <string>
#include <vector>

#include "bootstrap/agent_link.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

namespace mito::test {

struct fake_backend final : bootstrap::agent_link::backend {
  std::string written;
  bool is_ready = false, is_down = false, failed_after_down = false;
  int restarts = 0;
  bootstrap::hello greeting;
  bootstrap::link_failure down_reason;
  std::map<bootstrap::hop_id, bootstrap::link_failure> hop_errors;
  std::map<bootstrap::hop_id, bootstrap::hello> hops;
  std::map<bootstrap::request_id, core::value> results;
  std::map<bootstrap::request_id, bootstrap::link_failure> failures;

  void write(std::string bytes) override { written += bytes; }
  std::size_t queued() const override { return 0; }
  void ready(const bootstrap::hello& h) override {
    is_ready = true;
    greeting = h;
  }
  void hop_ready(bootstrap::hop_id hop, const bootstrap::hello& h) override { hops[hop] = h; }
  void hop_failed(bootstrap::hop_id hop, const bootstrap::link_failure& why) override { hop_errors[hop] = why; }
  void result(bootstrap::request_id id, core::value r) override { results[id] = std::move(r); }
  void failed(bootstrap::request_id id, const bootstrap::link_failure& why) override {
    failures[id] = why;
    failed_after_down |= is_down;
  }
  void down(const bootstrap::link_failure& why) override {
    is_down = true;
    down_reason = why;
  }
  void restart() override { ++restarts; }
  void note(int, std::string) override {}
};

inline protocol::hello hello_of(std::string machine = "x86_64") {
  return {.features = {"modules"}, .machine = std::move(machine), .system = "Linux", .node = "n", .release = "r", .pid = 1, .uid = 0, .via = "test"};
}

/// The magic and a hello.
inline std::string good_start() {
  std::string bytes(protocol::magic);
  protocol::append_message(bytes, {.type = protocol::type::hello}, hello_of());
  return bytes;
}

inline std::string frame_of(protocol::header h, std::string_view body = {}) {
  std::string bytes;
  protocol::append_frame(bytes, h, body);
  return bytes;
}

} // namespace mito::test

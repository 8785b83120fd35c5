#pragma once
/// Runs an agent_link over a child process's stdin and stdout, with poll(2), in the test's own thread.
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <vector>

#include "bootstrap/agent_link.hpp"

namespace mito::test {

class driver final : public bootstrap::agent_link::backend {
public:
  explicit driver(bootstrap::agent_link::options options = {});
  ~driver() override;

  /// `prefix` and the link's start command behind it as one argument ({"sh", "-c"}, {"ssh", "host"}); empty: start_argv().
  void start(std::vector<std::string> prefix);
  /// Turns the loop until `done` or the time is over; true when done.
  bool run_until(const std::function<bool()>& done, std::chrono::milliseconds most = std::chrono::seconds(20));
  /// Invokes and waits.
  std::optional<protocol::process_output> call_foreign(bootstrap::hop_id hop, bootstrap::invocation what,
                                                       std::chrono::milliseconds most = std::chrono::seconds(20));
  core::value call(bootstrap::hop_id hop, bootstrap::invocation what, std::chrono::milliseconds most = std::chrono::seconds(20));
  /// Waits for a hop to be up; false when it failed (see `hop_errors`).
  bool wait_hop(bootstrap::hop_id hop, std::chrono::milliseconds most = std::chrono::seconds(20));
  /// Closes our end; returns when the process has ended, or false after the time.
  bool end(std::chrono::milliseconds most = std::chrono::seconds(5));
  /// Cuts the stream without a word.
  void cut();
  pid_t pid() const { return pid_; }
  static core::value args(std::initializer_list<core::dict::entry> entries) { return core::value(core::dict(entries)); }

  bootstrap::agent_link link;
  bool is_ready = false, is_down = false;
  bootstrap::hello greeting;
  bootstrap::link_failure down_reason;
  std::map<bootstrap::hop_id, bootstrap::hello> hops;
  std::map<bootstrap::hop_id, bootstrap::link_failure> hop_errors;
  std::map<bootstrap::request_id, core::value> results;
  std::map<bootstrap::request_id, protocol::process_output> outputs;
  std::map<bootstrap::request_id, bootstrap::link_failure> failures;
  std::vector<std::string> notes;
  std::size_t bytes_sent = 0, bytes_received = 0;

private:
  void write(std::string bytes) override;
  std::size_t queued() const override { return out_.size() - sent_; }
  void ready(const bootstrap::hello& h) override;
  void hop_ready(bootstrap::hop_id hop, const bootstrap::hello& h) override;
  void hop_failed(bootstrap::hop_id hop, const bootstrap::link_failure& why) override;
  void result(bootstrap::request_id id, core::value result) override;
  void output(bootstrap::request_id id, protocol::process_output output) override;
  void failed(bootstrap::request_id id, const bootstrap::link_failure& why) override;
  void down(const bootstrap::link_failure& why) override;
  void restart() override { restart_ = true; }
  void note(int verbosity, std::string text) override;

  void spawn();
  void turn(int timeout);
  void reap();
  void close_stream();

  std::vector<std::string> prefix_;
  pid_t pid_ = -1;
  int in_ = -1, out_fd_ = -1;
  std::string out_;
  std::size_t sent_ = 0;
  bool restart_ = false;
};

} // namespace mito::test

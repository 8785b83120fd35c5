#pragma once
/// One Python fork-server (agent/server/server.py) seen from the agent: started from memory, fed with sources, asked to run.
#include <deque>
#include <string>
#include <string_view>

#include "agent/descriptor.hpp"
#include "agent/poll_set.hpp"
#include "core/value.hpp"
#include "protocol/frame.hpp"
#include "protocol/python.hpp"

namespace mito::agent {

class fork_server {
public:
  enum class state : std::uint8_t {
    starting,
    up,
    failed, ///< never came up: see `noise`, `errors`, `status`
    gone,   ///< was up
  };

  /// What it says. `failed` and `gone` are states, not events.
  struct event {
    protocol::server::type what;
    std::uint32_t id = 0;
    std::uint32_t number = 0; ///< pid, or wait status
    std::string text;
  };

  /// `interpreter`: a shell's command line; `program` is its stdin.
  fork_server(const std::string& interpreter, const core::dict& environment, std::string_view program);
  fork_server(const fork_server&) = delete;
  fork_server& operator=(const fork_server&) = delete;
  /// Its children are the callers' to end.
  ~fork_server() { kill_now(); }

  void feed(std::string_view bundle);
  /// The descriptors are duplicated into the server; the caller keeps its own.
  void run(std::uint32_t id, std::string_view call, int out, int err);

  void poll(poll_set& set) const;
  void handle(const poll_set& set);
  bool next(event& out);
  bool exited(pid_t pid, int status);
  void kill_now();

  fork_server::state state() const { return state_; }
  /// What it wrote to stdout before it was up, and to stderr.
  const std::string& noise() const { return noise_; }
  const std::string& errors() const { return errors_; }
  int status() const { return status_; } ///< as waitpid gives it

private:
  struct chunk {
    std::string bytes;
    std::size_t sent = 0;
    descriptor out, err;
  };
  void read_peer();
  void read_errors();
  void flush();
  bool send(chunk& c);
  void ended();

  enum state state_ = state::starting;
  pid_t pid_ = -1;
  int status_ = -1;
  descriptor peer_, err_;
  protocol::decoder frames_;
  std::deque<chunk> queue_;
  std::string noise_, errors_;
  /// Between the end of its stream and its exit status.
  moment exit_due_ = never;
};

} // namespace mito::agent

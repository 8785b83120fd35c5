#pragma once
/// A child process under way: feeds its stdin, collects its output within a bound, ends its process group when it is
/// told to or its time is over.
#include <memory>
#include <string>
#include <sys/types.h>

#include "agent/descriptor.hpp"
#include "agent/poll_set.hpp"
#include "modules/module.hpp"

namespace mito::agent {

class child {
public:
  /// Starts `spec`. A child that could not be started is finished at once, with `start_errno`.
  static std::unique_ptr<child> start(const modules::process_spec& spec, const core::dict& environment,
                                      moment deadline, std::size_t output_limit);
  /// Calls `body` in a forked copy of the agent, in a process group of its own, without the agent's descriptors; what
  /// `body` writes to the descriptor that it is given is the child's output.
  template <class Body>
  static std::unique_ptr<child> fork(moment deadline, std::size_t output_limit, const Body& body) {
    std::unique_ptr<child> c(new child);
    int out = c->fork_with_pipe(deadline, output_limit);
    if (out < 0) return c;
    body(out);
    ::_exit(0);
  }

  child(const child&) = delete;
  child& operator=(const child&) = delete;
  /// Kills what still runs.
  ~child() { kill_now(); }

  void poll(poll_set& set) const;
  void handle(const poll_set& set);
  /// True when `pid` was this child.
  bool exited(pid_t pid, int status);
  /// Ends the process group: SIGTERM, and SIGKILL a moment later.
  void stop();
  void kill_now();
  /// It has ended and its output is complete (or held open by a daemon, and silent).
  bool finished() const;
  modules::process_result take() { return std::move(result_); }
  bool running() const { return running_; }

private:
  child() = default;
  bool open_streams(const modules::process_spec& spec, descriptor& in, descriptor& out, descriptor& err);
  int fork_with_pipe(moment deadline, std::size_t output_limit);
  void drain(descriptor& from, std::string& into);
  void feed();

  pid_t pid_ = -1;
  bool running_ = false, stopped_ = false;
  descriptor in_, out_, err_;
  std::string stdin_;
  std::size_t fed_ = 0, limit_ = 0;
  moment deadline_ = never, kill_at_ = never;
  /// Once it has exited: when to stop waiting for others that hold its output.
  moment quiet_at_ = never, give_up_at_ = never;
  modules::process_result result_;
};

} // namespace mito::agent

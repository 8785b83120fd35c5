#pragma once
/// Child processes: started without a shell, in a group of their own, reaped through a pidfd.
#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "transport/io_thread.hpp"

namespace mito::transport {

/// Closes its descriptor.
class owned_fd {
public:
  owned_fd() = default;
  explicit owned_fd(int fd) : fd_(fd) {}
  owned_fd(owned_fd&& other) noexcept : fd_(other.take()) {}
  owned_fd& operator=(owned_fd&& other) noexcept;
  ~owned_fd() { reset(); }
  int get() const { return fd_; }
  int take();
  void reset();
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_ = -1;
};

struct spawn_options {
  std::vector<std::string> argv;
  std::vector<std::string> environment; ///< added to ours
  bool one_socket = false;              ///< stdin and stdout are one socketpair (`in`), not two pipes
  bool terminal = false;                ///< a session of its own with a pseudo-terminal as /dev/tty
};

/// A started child and our ends of its stdio, O_NONBLOCK and close-on-exec. Not yet watched by anyone.
struct spawned {
  pid_t pid = -1;
  owned_fd pidfd;
  owned_fd in, out, err; ///< its stdin, stdout, stderr
  owned_fd terminal;     ///< master side of its /dev/tty
  owned_fd slave;        ///< its other side: without a user the master would report a hang-up
};

/// Starts a program; the error names it. Blocks until the kernel has loaded it: on a helper thread.
core::expected<spawned> spawn(const spawn_options& options);

/// Runs a program with /dev/null as stdio and waits; its exit status, -1 when it could not run. Blocks.
int run_and_wait(std::vector<std::string> argv);

/// Kills a child's group and reaps it; for when there is no loop to do so any more.
void end_child(pid_t pid);

/// Reaps one child on an I/O thread.
class child_watch final : public resident, public std::enable_shared_from_this<child_watch>, fd_handler {
public:
  child_watch(io_thread& loop, pid_t pid, owned_fd pidfd)
      : loop_(loop), pid_(pid), pidfd_(std::move(pidfd)) {}
  ~child_watch() override { loop_.unwatch(watch_); }

  /// Watches; `ended` gets the exit status (128+N for signal N).
  void start(std::function<void(int status)> ended);
  /// SIGTERM to the group, SIGKILL after a moment; `ended` is forgotten.
  void terminate();
  void evict(bool last_call) override;

private:
  void on_fd(std::uint32_t events) override;
  void signal(int number);

  io_thread& loop_;
  const pid_t pid_;
  owned_fd pidfd_;
  watch_id watch_ = 0;
  timer_id timer_ = 0;
  bool reaped_ = false, told_ = false;
  std::function<void(int)> ended_;
};

} // namespace mito::transport

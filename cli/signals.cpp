#include "cli/signals.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string_view>

namespace mito::cli {

namespace {

constexpr int interrupted = 99;
constexpr std::string_view message = "\n[ERROR]: User interrupted execution\n";

/// A signal handler has no other way to know its pipe. -1: no run is there to be stopped.
std::atomic<int> run_pipe{-1};
static_assert(std::atomic<int>::is_always_lock_free);

void on_signal(int) {
  int saved = errno;
  if (int fd = run_pipe.load(); fd >= 0) {
    (void)!::write(fd, "x", 1);
  } else {
    (void)!::write(STDERR_FILENO, message.data(), message.size());
    ::_exit(interrupted);
  }
  errno = saved;
}

void on_broken_pipe(int) {}

void handle(int number, void (*by)(int)) {
  struct sigaction action = {};
  action.sa_handler = by;
  action.sa_flags = SA_RESTART;
  ::sigaction(number, &action, nullptr);
}

void make_pipe(int (&ends)[2]) {
  if (::pipe2(ends, O_CLOEXEC) != 0) ends[0] = ends[1] = -1;
}

} // namespace

void handle_signals() {
  handle(SIGINT, on_signal);
  handle(SIGPIPE, on_broken_pipe);
}

signal_watch::signal_watch() {
  make_pipe(signals_);
  make_pipe(stopped_);
  run_pipe = signals_[1];
  for (int number : {SIGINT, SIGTERM, SIGHUP}) handle(number, on_signal);
  thread_ = std::thread([this] { listen(); });
}

void signal_watch::listen() {
  for (char what; ::read(signals_[0], &what, 1) == 1 && what == 'x';) {
    std::lock_guard lock(mutex_);
    if (asked_) ::_exit(interrupted);
    asked_ = true;
    (void)!::write(STDERR_FILENO, message.data(), message.size());
    if (!first_) ::_exit(interrupted);
    (void)!::write(stopped_[1], "x", 1);
    first_();
  }
}

void signal_watch::begin(std::function<void()> first) {
  std::lock_guard lock(mutex_);
  first_ = std::move(first);
}

void signal_watch::finish() {
  std::lock_guard lock(mutex_);
  first_ = nullptr;
}

signal_watch::~signal_watch() {
  run_pipe = -1;
  (void)!::write(signals_[1], "e", 1);
  thread_.join();
  for (int fd : {signals_[0], signals_[1], stopped_[0], stopped_[1]}) ::close(fd);
}

} // namespace mito::cli

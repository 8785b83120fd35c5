#include "cli/signals.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>


namespace mito::cli {

namespace {
sigset_t watched() {
  sigset_t set;
  sigemptyset(&set);
  for (int s : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, s);
  return set;
}
} // namespace

void block_signals() {
  auto set = watched();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  // A peer that goes away is an error of its stream, not the end of the run.
  ::signal(SIGPIPE, SIG_IGN);
}

signal_watch::signal_watch(std::function<void()> first) {
  if (::pipe(stop_) != 0) stop_[0] = stop_[1] = -1;
  thread_ = std::thread([this, first = std::move(first)] {
    auto set = watched();
    int fd = ::signalfd(-1, &set, SFD_CLOEXEC);
    bool asked = false;
    for (;;) {
      pollfd p[2] = {{fd, POLLIN, 0}, {stop_[0], POLLIN, 0}};
      if (::poll(p, 2, -1) < 0) continue;
      if (p[1].revents) break;
      signalfd_siginfo info;
      if (!(p[0].revents & POLLIN) || ::read(fd, &info, sizeof info) != sizeof info) continue;
      if (asked) ::_exit(99);
      asked = true;
      first();
    }
    ::close(fd);
  });
}

signal_watch::~signal_watch() {
  (void)!::write(stop_[1], "x", 1);
  thread_.join();
  ::close(stop_[0]);
  ::close(stop_[1]);
}

} // namespace mito::cli

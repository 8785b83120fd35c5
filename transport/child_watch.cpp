#include <signal.h>
#include <sys/epoll.h>
#include <sys/wait.h>

#include "transport/child.hpp"

namespace mito::transport {

void end_child(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

void child_watch::start(std::function<void(int)> ended) {
  ended_ = std::move(ended);
  loop_.keep(shared_from_this());
  watch_ = loop_.watch(pidfd_.get(), EPOLLIN, *this);
}

void child_watch::signal(int number) {
  if (!reaped_) ::kill(-pid_, number); // the group: what it has started goes with it
}

void child_watch::on_fd(std::uint32_t) {
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return;
  if (told_) ::kill(-pid_, SIGKILL); // its leader has gone; nobody else of the group may stay
  reaped_ = true;
  loop_.unwatch(watch_);
  loop_.cancel(timer_);
  auto ended = std::move(ended_);
  loop_.release(this);
  if (ended) ended(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

void child_watch::terminate() {
  if (reaped_ || told_) return;
  told_ = true;
  ended_ = nullptr;
  signal(SIGTERM);
  timer_ = loop_.after(std::chrono::milliseconds(400), [this] {
    timer_ = 0;
    signal(SIGKILL);
  });
}

void child_watch::evict(bool last_call) {
  if (!last_call) {
    terminate();
    return;
  }
  signal(SIGKILL);
  if (!reaped_) ::waitpid(pid_, nullptr, 0); // killed: this does not take long
  reaped_ = true;
  loop_.unwatch(watch_);
  loop_.cancel(timer_);
  loop_.release(this);
}

} // namespace mito::transport

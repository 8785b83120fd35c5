/// Entry of mito-agent: sorts out the descriptors and the environment that it was started with, then runs the loop.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <string>
#include <sys/prctl.h>

#include "agent/agent.hpp"
#include "protocol/limits.hpp"

namespace {

using mito::agent::descriptor;

/// The one global: a signal handler has no other way to know its pipe.
volatile int child_signal_pipe = -1;

void on_child(int) {
  int saved = errno;
  (void)!::write(child_signal_pipe, "", 1);
  errno = saved;
}

/// sudo passes on its terminal's end, or an administrator asks: what runs is ended in good order, as when the controller goes.
void on_end(int) {
  int saved = errno;
  (void)!::write(child_signal_pipe, "e", 1);
  errno = saved;
}

void on_broken_pipe(int) {}

/// Handlers, not masks or SIG_IGN: programs that we start must not inherit either.
descriptor watch_children() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return {};
  child_signal_pipe = ends[1];
  struct sigaction action = {};
  action.sa_handler = on_child;
  action.sa_flags = SA_RESTART | SA_NOCLDSTOP;
  ::sigaction(SIGCHLD, &action, nullptr);
  action.sa_handler = on_end;
  for (int number : {SIGHUP, SIGINT, SIGTERM}) ::sigaction(number, &action, nullptr);
  action.sa_handler = on_broken_pipe;
  ::sigaction(SIGPIPE, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  return descriptor(ends[0]);
}

descriptor moved_away(int fd) { return descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 10)); }

/// The value of a variable that stage-0 set for us, which nobody else is to inherit.
std::string taken(const char* name) {
  const char* value = ::getenv(name);
  std::string copy = value ? value : "";
  ::unsetenv(name);
  return copy;
}

/// Behind a hop, stdin is a socket for both directions and stdout our own image, read-only; else stdin and stdout.
mito::agent::channel controller() {
  bool by_descriptors = (::fcntl(1, F_GETFL) & O_ACCMODE) == O_RDONLY;
  descriptor in = moved_away(0), out;
  if (!by_descriptors) out = moved_away(1);
  int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, 0);
  ::dup2(null, 1);
  if (null > 2) ::close(null);
  return mito::agent::channel(std::move(in), std::move(out), mito::protocol::max_body_to_agent);
}

} // namespace

int main() {
  if (auto file = taken("MITO_UNLINK"); !file.empty()) ::unlink(file.c_str());
  auto via = taken("MITO_VIA");
  ::prctl(PR_SET_NAME, "mito-agent");
  // Out of the terminal that sudo or su made; fails when we lead a group already, which is as good.
  ::setsid();
  auto stream = controller();
  mito::agent::agent(std::move(stream), watch_children(), via.empty() ? "direct" : via).run();
}

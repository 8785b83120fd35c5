#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "transport/child.hpp"

extern "C" char** environ; // NOLINT: POSIX names it so

namespace mito::transport {

owned_fd& owned_fd::operator=(owned_fd&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.take();
  }
  return *this;
}

int owned_fd::take() {
  return std::exchange(fd_, -1);
}

void owned_fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

namespace {

/// Descriptors 0 to 2 would be overwritten while the child's are put in place.
owned_fd above_stdio(int fd) {
  if (fd < 0 || fd > 2) return owned_fd(fd);
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 3);
  ::close(fd);
  return owned_fd(copy);
}

void no_block(const owned_fd& fd) {
  if (fd) ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

struct pair {
  owned_fd ours, theirs;
};

/// A pipe whose `theirs` end the child reads (`child_reads`) or writes.
pair make_pipe(bool child_reads) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  auto reader = above_stdio(ends[0]);
  auto writer = above_stdio(ends[1]);
  pair p =
      child_reads ? pair{std::move(writer), std::move(reader)} : pair{std::move(reader), std::move(writer)};
  no_block(p.ours);
  return p;
}

pair make_socket() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return {};
  pair p{above_stdio(ends[0]), above_stdio(ends[1])};
  no_block(p.ours);
  return p;
}

/// Attributes and file actions of one posix_spawn.
class plan {
public:
  explicit plan(bool own_session) {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    sigset_t none, standard;
    ::sigemptyset(&none);
    ::sigfillset(&standard);
    ::posix_spawnattr_setsigmask(&attributes, &none); // our threads block all signals
    ::posix_spawnattr_setsigdefault(&attributes, &standard);
    ::posix_spawnattr_setflags(
        &attributes, static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        (own_session ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP)));
    ::posix_spawnattr_setpgroup(&attributes, 0);
  }
  ~plan() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  plan(const plan&) = delete;
  plan& operator=(const plan&) = delete;
  void place(const owned_fd& from, int to) { ::posix_spawn_file_actions_adddup2(&actions, from.get(), to); }

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

bool open_terminal(plan& p, spawned& child) {
  owned_fd master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  char name[128];
  if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0 ||
      ::ptsname_r(master.get(), name, sizeof name) != 0)
    return false;
  // The first terminal that a session leader opens becomes its /dev/tty.
  ::posix_spawn_file_actions_addopen(&p.actions, 3, name, O_RDWR, 0);
  ::posix_spawn_file_actions_addclose(&p.actions, 3);
  child.slave = owned_fd(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  child.terminal = std::move(master);
  return static_cast<bool>(child.slave);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& t : texts) out.push_back(t.data());
  return out;
}

} // namespace

int run_and_wait(std::vector<std::string> argv_text) {
  plan p(false);
  ::posix_spawn_file_actions_addopen(&p.actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&p.actions, 1, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&p.actions, 2, "/dev/null", O_WRONLY, 0);
  auto argv = pointers(argv_text);
  argv.push_back(nullptr);
  pid_t pid = -1;
  if (::posix_spawnp(&pid, argv[0], &p.actions, &p.attributes, argv.data(), environ) != 0) return -1;
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

core::expected<spawned> spawn(const spawn_options& options) {
  if (options.argv.empty()) return core::error("no program to run");
  auto argv_text = options.argv;
  auto environment_text = options.environment;
  auto argv = pointers(argv_text);
  argv.push_back(nullptr);
  auto environment = pointers(environment_text); // in front: the first of two settings wins
  for (char** e = environ; e != nullptr && *e != nullptr; ++e) environment.push_back(*e);
  environment.push_back(nullptr);

  plan p(options.terminal);
  spawned child;
  auto in = options.one_socket ? make_socket() : make_pipe(true);
  auto out = options.one_socket ? pair{} : make_pipe(false);
  auto err = make_pipe(false);
  if (!in.ours || !err.ours || (!options.one_socket && !out.ours))
    return core::error(std::string("cannot make a pipe: ") + std::strerror(errno));
  p.place(in.theirs, 0);
  p.place(options.one_socket ? in.theirs : out.theirs, 1);
  p.place(err.theirs, 2);
  if (options.terminal && !open_terminal(p, child))
    return core::error(std::string("cannot make a pseudo-terminal: ") + std::strerror(errno));

  const int rc =
      ::posix_spawnp(&child.pid, argv[0], &p.actions, &p.attributes, argv.data(), environment.data());
  if (rc != 0) return core::error("cannot run " + options.argv[0] + ": " + std::strerror(rc));
  child.pidfd = owned_fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid, 0)));
  child.in = std::move(in.ours);
  child.out = std::move(out.ours);
  child.err = std::move(err.ours);
  return child;
}

} // namespace mito::transport

#include "commands.hpp"

#include "lab.hpp"
#include "proxy.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

namespace mito::lab {

namespace {

[[noreturn]] void become_command(const options& wish, const std::string& dir, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setenv("MITO_LAB_DIR", dir.c_str(), 1);
  exec_program(wish.argv);
}

/// Waits for the command; signals in the set go on to it, and SIGKILL 5 s after the first of them.
int wait_passing_signals(pid_t command, const sigset_t& set) {
  int ended_by = 0;
  long long deadline = 0;
  for (;;) {
    int status;
    if (::waitpid(command, &status, WNOHANG) == command) {
      if (ended_by) return 128 + ended_by;
      return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
    auto left = deadline - now_ms();
    if (ended_by && left <= 0) {
      ::kill(command, SIGKILL);
      deadline = now_ms() + 5000;
      continue;
    }
    timespec patience{static_cast<time_t>(left / 1000), left % 1000 * 1000000};
    int signal = ended_by ? ::sigtimedwait(&set, nullptr, &patience) : ::sigwaitinfo(&set, nullptr);
    if (signal <= 0 || signal == SIGCHLD) continue;
    ::kill(command, signal);
    if (!ended_by) deadline = now_ms() + 5000;
    ended_by = signal;
  }
}

} // namespace

int up(const options& wish) {
  std::printf("%s\n", start_lab(wish, true).c_str());
  return 0;
}

int run(const options& wish) {
  sigset_t set, pending;
  ::sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  auto dir = start_lab(wish, false);
  ::sigpending(&pending);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) {
    if (!::sigismember(&pending, signal)) continue;
    end_lab(dir);
    return 128 + signal;
  }
  auto self = ::getpid();
  auto command = ::fork();
  if (command == 0) become_command(wish, dir, self);
  auto code = command < 0 ? 1 : wait_passing_signals(command, set);
  end_lab(dir);
  return code;
}

int down(const options& wish) {
  end_lab(wish.dir);
  return 0;
}

int exec(const options& wish) {
  auto all = read_state(wish.dir);
  const auto& target = all.find(wish.host);
  unique_fd pid{static_cast<int>(::syscall(SYS_pidfd_open, target.pid, 0))};
  if (!pid || target.started == 0 || start_time(target.pid) != target.started)
    throw lab_error{"host " + target.name + " does not run"};
  check(::setns(pid.get(), CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET), "setns");
  // The pid namespace is that of children only.
  auto command = static_cast<pid_t>(check(::fork(), "fork"));
  if (command == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const char* term = ::getenv("TERM");
    std::string kept_term = term ? term : "dumb";
    ::clearenv();
    ::setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
    ::setenv("HOME", "/root", 1);
    ::setenv("USER", "root", 1);
    ::setenv("LANG", "C.UTF-8", 1);
    ::setenv("TERM", kept_term.c_str(), 1);
    check(::chdir("/root"), "/root");
    exec_program(wish.argv);
  }
  return wait_status(command);
}

int proxy_command(const options& wish) {
  read_state(wish.dir).find(wish.host);
  auto answer = ask_proxy(wish.dir, wish.command, wish.host);
  if (!answer.empty()) std::printf("%s\n", answer.c_str());
  return 0;
}

} // namespace mito::lab

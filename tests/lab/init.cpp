#include "init.hpp"

#include "network.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <linux/capability.h>

namespace mito::lab {

namespace {

constexpr const char* pid_file = "/run/sshd.pid";

/// What a host must not do to the machine: set its clock, load modules, touch its hardware.
void drop_capabilities() {
  for (int one : {CAP_SYS_TIME, CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_MAC_ADMIN}) ::prctl(PR_CAPBSET_DROP, one);
}

pid_t start_sshd() {
  auto pid = static_cast<pid_t>(check(::fork(), "fork"));
  if (pid != 0) return pid;
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setsid();
  char* const environment[] = {
      const_cast<char*>("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
      const_cast<char*>("LANG=C.UTF-8"), nullptr};
  const char* const argv[] = {"/usr/sbin/sshd", "-D", "-e", nullptr};
  ::execve(argv[0], const_cast<char* const*>(argv), environment);
  ::_exit(127);
}

/// sshd writes its pid file once it listens. The file is a FIFO until then, so that this needs no polling.
void start_sshd_and_wait() {
  check(::mkfifo(pid_file, 0644), pid_file);
  unique_fd fifo{::open(pid_file, O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  check(fifo.get(), pid_file);
  auto sshd = start_sshd();
  unique_fd ended{static_cast<int>(::syscall(SYS_pidfd_open, sshd, 0))};
  pollfd entries[] = {{fifo.get(), POLLIN, 0}, {ended.get(), POLLIN, 0}};
  if (::poll(entries, 2, 30000) <= 0) throw lab_error{"sshd does not listen after 30 s"};
  if (entries[1].revents) throw lab_error{"sshd ended at once; see its log"};
  ::unlink(pid_file);
  write_file(pid_file, std::to_string(sshd) + "\n");
}

void set_up(const host_start& start) {
  char byte;
  if (::read(start.go, &byte, 1) != 1) ::_exit(1);
  enter_host_root(start);
  check(::sethostname(start.self->name.data(), start.self->name.size()), "hostname");
  configure_host_network(start.self->address, start.all->machine_address());
  drop_capabilities();
  if (!start.self->kinds.refuse) start_sshd_and_wait();
}

/// Keeps the two pipes and the log; what the supervisor holds else would outlive it in here.
void keep_descriptors(host_start& start) {
  auto log = start.all->dir + "/" + start.self->name + ".sshd.log";
  int null = ::open("/dev/null", O_RDWR);
  int out = static_cast<int>(check(::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644), log));
  int go = ::fcntl(start.go, F_DUPFD, 100), report = ::fcntl(start.report, F_DUPFD, 100);
  ::dup2(null, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  start.go = ::dup3(go, 3, O_CLOEXEC);
  start.report = ::dup3(report, 4, O_CLOEXEC);
  ::syscall(SYS_close_range, 5U, ~0U, 0U);
}

} // namespace

void run_init(const host_start& given) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "lab-init");
  ::setsid();
  ::umask(022);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  ::sigprocmask(SIG_SETMASK, &child, nullptr);
  auto start = given;
  try {
    keep_descriptors(start);
    set_up(start);
  } catch (const std::exception& error) {
    auto text = start.self->name + ": " + error.what();
    [[maybe_unused]] auto written = ::write(start.report, text.data(), text.size());
    ::_exit(1);
  }
  ::close(start.report);
  ::close(start.go);
  for (;;) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) {
    }
    int signal;
    ::sigwait(&child, &signal);
  }
}

} // namespace mito::lab

#include "supervisor.hpp"

#include "init.hpp"
#include "network.hpp"
#include "proxy.hpp"
#include "users.hpp"

#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <optional>

namespace mito::lab {

namespace {

// More at once than this machine has processors only adds waiting on the kernel's network lock.
constexpr size_t starts_at_once = 8;
constexpr unsigned key_pool = 24;

struct starting_host {
  host* self;
  unique_fd report;
};

class supervisor {
public:
  explicit supervisor(const supervisor_start& start) : start_{start} {}
  void build();
  /// Returns when the lab is to end.
  void serve();
  void tear_down();

private:
  void assign_addresses();
  void assign_keys();
  void start_hosts();
  starting_host start_host(unsigned index);
  void wait_for_one(std::vector<starting_host>& starting);
  void drain_signals();

  const supervisor_start& start_;
  lab lab_;
  std::string fs_;
  std::vector<std::string> key_files_;
  std::optional<lab_network> network_;
  pid_t proxy_ = 0;
  unique_fd signals_;
  bool ended_ = false;
};

void supervisor::build() {
  sigset_t handled;
  ::sigemptyset(&handled);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) ::sigaddset(&handled, signal);
  ::sigprocmask(SIG_SETMASK, &handled, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  signals_ = unique_fd{::signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK)};
  check(signals_.get(), "signalfd");

  lab_.dir = start_.dir;
  lab_.hosts = plan_hosts(*start_.wish);
  lab_.supervisor = ::getpid();
  lab_.started = start_time(lab_.supervisor);
  write_state(lab_);
  check(::unshare(CLONE_NEWNS), "mount namespace");
  check(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
  fs_ = lab_.dir + "/fs";
  make_dir(fs_);
  check(::mount("mito-lab", fs_.c_str(), "tmpfs", 0, "mode=755"), "tmpfs");
  auto pool = std::min<unsigned>(key_pool, static_cast<unsigned>(lab_.hosts.size()));
  make_keys(lab_.dir, fs_ + "/keys", pool);
  network_.emplace(start_.wish->subnet);
  assign_addresses();
  write_state(lab_);
  assign_keys();
  write_shared_layer(lab_, fs_ + "/shared");
  proxy_ = start_proxy(lab_);
  start_hosts();
  write_state(lab_);
  write_client_files(lab_);
}

void supervisor::assign_addresses() {
  lab_.base = network_->base();
  lab_.uplink = network_->uplink();
  lab_.uplink_index = network_->uplink_index();
  auto next = lab_.machine_address();
  for (auto& one : lab_.hosts) {
    one.address = one.contact = ++next;
    if (!one.kinds.proxied()) continue;
    one.contact = one.address + proxy_offset;
    network_->add_address(one.contact);
  }
}

void supervisor::assign_keys() {
  for (size_t i = 0; i < lab_.hosts.size(); ++i) {
    key_files_.push_back(fs_ + "/keys/key" + std::to_string(i % key_pool));
    auto fields = split(read_file(key_files_.back() + ".pub"), ' ');
    lab_.hosts[i].key_type_and_key = fields[0] + " " + fields[1];
  }
}

starting_host supervisor::start_host(unsigned index) {
  auto& self = lab_.hosts[index];
  auto go = make_pipe(), report = make_pipe();
  clone_args args{};
  args.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET;
  args.exit_signal = SIGCHLD;
  auto pid = check(::syscall(SYS_clone3, &args, sizeof args), "namespaces of " + self.name);
  if (pid == 0) run_init({&self, &lab_, fs_, key_files_[index], go.read.get(), report.write.get()});
  self.pid = static_cast<pid_t>(pid);
  self.started = start_time(self.pid);
  unique_fd net{::open(("/proc/" + std::to_string(pid) + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC)};
  check(net.get(), "network of " + self.name);
  network_->attach(index, net.get());
  check(::write(go.write.get(), "", 1), "start of " + self.name);
  return {&self, std::move(report.read)};
}

/// Waits until at least one of these hosts stands. Throws when one fails, or when nobody waits for the lab
/// any more.
void supervisor::wait_for_one(std::vector<starting_host>& starting) {
  std::vector<pollfd> entries{{start_.owner, POLLIN, 0}, {signals_.get(), POLLIN, 0}};
  for (auto& one : starting) entries.push_back({one.report.get(), POLLIN, 0});
  check(::poll(entries.data(), entries.size(), -1), "poll");
  drain_signals();
  if (entries[0].revents || ended_) throw lab_error{"interrupted"};
  for (size_t i = starting.size(); i-- > 0;) {
    if (!entries[i + 2].revents) continue;
    char text[1024];
    auto n = ::read(starting[i].report.get(), text, sizeof text);
    if (n > 0) throw lab_error{std::string(text, static_cast<size_t>(n))};
    starting.erase(starting.begin() + static_cast<long>(i));
  }
}

void supervisor::start_hosts() {
  std::vector<starting_host> starting;
  for (unsigned i = 0; i < lab_.hosts.size(); ++i) {
    starting.push_back(start_host(i));
    while (starting.size() >= starts_at_once) wait_for_one(starting);
  }
  while (!starting.empty()) wait_for_one(starting);
}

void supervisor::drain_signals() {
  signalfd_siginfo info;
  while (::read(signals_.get(), &info, sizeof info) == sizeof info) ended_ |= info.ssi_signo != SIGCHLD;
  int status;
  while (auto pid = ::waitpid(-1, &status, WNOHANG)) {
    if (pid < 0) break;
    for (auto& one : lab_.hosts) {
      if (one.pid != pid) continue;
      std::fprintf(stderr, "host %s ended with status %d\n", one.name.c_str(), status);
      one.pid = 0;
    }
    if (pid == proxy_) {
      std::fprintf(stderr, "the proxy ended with status %d\n", status);
      proxy_ = 0;
    }
  }
}

void supervisor::serve() {
  pollfd entries[] = {{signals_.get(), POLLIN, 0}, {start_.keep ? -1 : start_.owner, POLLIN, 0}};
  while (!ended_ && !entries[1].revents) {
    ::poll(entries, 2, -1);
    drain_signals();
  }
}

void supervisor::tear_down() {
  for (const auto& one : lab_.hosts)
    if (one.pid > 0) ::kill(one.pid, SIGKILL);
  if (proxy_ > 0) ::kill(proxy_, SIGKILL);
  try {
    if (network_) network_->remove();
  } catch (const lab_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  // pid 1 of a pid namespace is reaped after all of its processes.
  while (::waitpid(-1, nullptr, 0) > 0) {
  }
}

} // namespace

void leave_caller(const std::string& dir) {
  auto log = dir + "/lab.log";
  int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ::dup2(null, 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
}

void run_supervisor(const supervisor_start& given) {
  ::setsid();
  ::umask(022);
  ::prctl(PR_SET_NAME, "lab-supervisor");
  auto start = given;
  start.report = ::fcntl(given.report, F_DUPFD, 100);
  start.owner = ::fcntl(given.owner, F_DUPFD, 100);
  start.report = ::dup3(start.report, 3, O_CLOEXEC);
  start.owner = ::dup3(start.owner, 4, O_CLOEXEC);
  ::syscall(SYS_close_range, 5U, ~0U, 0U);
  [[maybe_unused]] auto moved = ::chdir("/");
  supervisor self{start};
  std::string answer = "ok";
  try {
    self.build();
  } catch (const std::exception& error) {
    answer = error.what();
  }
  // The caller's stderr was kept to here for warnings.
  leave_caller(start.dir);
  bool heard = ::write(start.report, answer.data(), answer.size()) > 0;
  ::close(start.report);
  if (answer == "ok" && heard) self.serve();
  self.tear_down();
  pollfd owner{start.owner, POLLIN, 0};
  bool orphaned = ::poll(&owner, 1, 0) > 0 && !(start.keep && answer == "ok" && heard);
  if (orphaned) {
    ::umount2((start.dir + "/fs").c_str(), MNT_DETACH);
    remove_tree(start.dir);
  }
  ::_exit(0);
}

} // namespace mito::lab

// Starting and ending a lab, seen from the caller's side.

#include "commands.hpp"
#include "lab.hpp"
#include "supervisor.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <csignal>
#include <cstdlib>

namespace mito::lab {

namespace {

std::string make_lab_dir(const std::string& wish) {
  if (wish.empty()) {
    char name[] = "/tmp/mito-lab.XXXXXX";
    if (!::mkdtemp(name)) fail_errno("/tmp");
    return name;
  }
  if (has_state(wish)) throw lab_error{wish + " has a lab already"};
  if (::mkdir(wish.c_str(), 0700) < 0 && ::rmdir(wish.c_str()) == 0) ::mkdir(wish.c_str(), 0700);
  char path[PATH_MAX];
  struct stat info;
  if (!::realpath(wish.c_str(), path) || ::stat(path, &info) < 0) fail_errno(wish);
  // An own, empty directory: down removes it with all that is in it.
  if (!S_ISDIR(info.st_mode) || info.st_nlink > 2 || ::rmdir(path) < 0)
    throw lab_error{wish + " is not empty"};
  check(::mkdir(path, 0700), path);
  return path;
}

unique_fd connect_to(ipv4 address) {
  unique_fd out{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  check(out.get(), "socket");
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(22);
  to.sin_addr.s_addr = htonl(address);
  ::connect(out.get(), reinterpret_cast<sockaddr*>(&to), sizeof to);
  return out;
}

/// Every sshd has said that it listens (its pid file); the first few are also asked for their banner, which
/// shows that the network carries it to the machine. Asking all would cost a forked sshd per host. machine.
void check_answers(const lab& from) {
  constexpr size_t seen_at_most = 8;
  std::vector<unique_fd> sockets;
  std::vector<const host*> asked;
  for (const auto& one : from.hosts) {
    if (one.kinds.refuse || sockets.size() == seen_at_most) continue;
    sockets.push_back(connect_to(one.address));
    asked.push_back(&one);
  }
  for (size_t i = 0; i < sockets.size(); ++i) {
    pollfd entry{sockets[i].get(), POLLIN, 0};
    char banner[4] = {};
    if (::poll(&entry, 1, 20000) <= 0 || ::recv(entry.fd, banner, 4, 0) != 4 ||
        std::string_view{banner, 4} != "SSH-")
      throw lab_error{asked[i]->name + ": sshd does not answer"};
  }
}

} // namespace

std::string start_lab(const options& wish, bool keep) {
  if (!exists("/usr/sbin/sshd")) throw lab_error{"sshd is missing: apt-get install openssh-server"};
  if (find_program("sudo").empty()) throw lab_error{"sudo is missing: apt-get install sudo"};
  auto dir = make_lab_dir(wish.dir);
  auto report = make_pipe();
  unique_fd self{static_cast<int>(::syscall(SYS_pidfd_open, ::getpid(), 0))};
  check(self.get(), "pidfd_open");
  auto supervisor = static_cast<pid_t>(check(::fork(), "fork"));
  if (supervisor == 0) run_supervisor({&wish, dir, self.get(), keep, report.write.get()});
  report.write.reset();
  char text[2048];
  auto n = ::read(report.read.get(), text, sizeof text);
  std::string answer{text, static_cast<size_t>(n > 0 ? n : 0)};
  try {
    if (answer != "ok") throw lab_error{answer.empty() ? "the lab's supervisor died" : answer};
    auto from = read_state(dir);
    auto plan = plan_hosts(wish);
    for (size_t i = 0; i < plan.size(); ++i) from.hosts[i].kinds = plan[i].kinds;
    check_answers(from);
  } catch (const lab_error&) {
    end_lab(dir);
    throw;
  }
  return dir;
}

void end_lab(const std::string& dir) {
  if (!exists(dir)) return;
  auto old = read_state(dir);
  kill_and_wait(old.supervisor, old.started, SIGTERM, 30000);
  if (start_time(old.supervisor) == old.started) kill_and_wait(old.supervisor, old.started, SIGKILL, 5000);
  ::waitpid(old.supervisor, nullptr, WNOHANG);
  // Nothing to do but for a supervisor that was killed: then its children are just dying.
  for (const auto& one : old.hosts) kill_and_wait(one.pid, one.started, SIGKILL, 5000);
  // The kernel takes a dead namespace's links away in its own time, which is seconds on a busy machine.
  if (old.uplink_index != 0) netlink{}.remove(old.uplink, old.uplink_index);
  remove_tree(dir);
}

} // namespace mito::lab

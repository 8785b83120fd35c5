#include "tests/bootstrap/driver.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bootstrap/close_text.hpp"

namespace mito::test {

using namespace bootstrap;
using std::chrono::milliseconds;

driver::driver(agent_link::options options) : link(*this, std::move(options)) { ::signal(SIGPIPE, SIG_IGN); }

driver::~driver() {
  cut();
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

void driver::start(std::vector<std::string> prefix) {
  prefix_ = std::move(prefix);
  spawn();
}

void driver::spawn() {
  std::vector<std::string> argv = prefix_;
  if (argv.empty())
    argv = link.start_argv();
  else
    argv.push_back(link.start_command());
  int down[2], up[2];
  if (::pipe2(down, O_CLOEXEC) != 0 || ::pipe2(up, O_CLOEXEC) != 0) std::abort();
  std::vector<char*> list;
  for (auto& a : argv) list.push_back(a.data());
  list.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    ::dup2(down[0], 0);
    ::dup2(up[1], 1);
    ::execvp(list[0], list.data());
    ::_exit(127);
  }
  ::close(down[0]);
  ::close(up[1]);
  out_fd_ = down[1];
  in_ = up[0];
  ::fcntl(out_fd_, F_SETFL, O_NONBLOCK);
  ::fcntl(in_, F_SETFL, O_NONBLOCK);
  link.opened();
}

void driver::close_stream() {
  for (int* fd : {&in_, &out_fd_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
  out_.clear();
  sent_ = 0;
}

void driver::reap() {
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  transport::close_info info;
  info.reason = transport::close_reason::finished;
  info.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  close_stream();
  link.closed(describe(info));
}

void driver::turn(int timeout) {
  auto due = link.next_deadline();
  if (due != clock::time_point::max()) {
    auto wait = std::chrono::duration_cast<milliseconds>(due - std::max(due, clock::now()) + (due > clock::now() ? due - clock::now() : milliseconds(0)));
    timeout = std::clamp<int>(static_cast<int>(wait.count()), 0, timeout);
  }
  pollfd fds[2] = {{in_, POLLIN, 0}, {queued() > 0 ? out_fd_ : -1, POLLOUT, 0}};
  ::poll(fds, 2, timeout);
  link.tick(clock::now());
  if (out_fd_ >= 0 && queued() > 0) {
    ssize_t n = ::write(out_fd_, out_.data() + sent_, queued());
    if (n > 0) sent_ += static_cast<std::size_t>(n);
    if (queued() == 0) {
      out_.clear();
      sent_ = 0;
      link.drained();
    }
  }
  if (in_ < 0) return;
  static char bytes[256 << 10];
  ssize_t n = ::read(in_, bytes, sizeof bytes);
  if (n > 0) {
    bytes_received += static_cast<std::size_t>(n);
    link.received({bytes, static_cast<std::size_t>(n)}, clock::now());
  } else if (n == 0) {
    reap();
  }
  if (restart_) {
    restart_ = false;
    close_stream();
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    spawn();
  }
}

bool driver::run_until(const std::function<bool()>& done, milliseconds most) {
  auto last = clock::now() + most;
  while (!done() && clock::now() < last) turn(50);
  return done();
}

core::value driver::call(hop_id hop, invocation what, milliseconds most) {
  auto id = link.invoke(hop, std::move(what), clock::now());
  run_until([&] { return results.contains(id) || failures.contains(id); }, most);
  return results.contains(id) ? results[id] : core::value();
}

std::optional<protocol::process_output> driver::call_foreign(hop_id hop, invocation what, milliseconds most) {
  auto id = link.invoke(hop, std::move(what), clock::now());
  run_until([&] { return outputs.contains(id) || results.contains(id) || failures.contains(id); }, most);
  if (!outputs.contains(id)) return std::nullopt;
  return outputs[id];
}

bool driver::wait_hop(hop_id hop, milliseconds most) {
  run_until([&] { return hops.contains(hop) || hop_errors.contains(hop) || is_down; }, most);
  return hops.contains(hop);
}

bool driver::end(milliseconds most) {
  link.shutdown();
  return run_until([&] { return pid_ < 0; }, most);
}

void driver::cut() { close_stream(); }

void driver::write(std::string bytes) {
  bytes_sent += bytes.size();
  if (out_fd_ < 0) return;
  out_ += bytes;
}

void driver::ready(const hello& h) {
  is_ready = true;
  greeting = h;
}
void driver::hop_ready(hop_id hop, const hello& h) { hops[hop] = h; }
void driver::hop_failed(hop_id hop, const link_failure& why) { hop_errors[hop] = why; }
void driver::result(request_id id, core::value result) { results[id] = std::move(result); }
void driver::output(request_id id, protocol::process_output output) { outputs[id] = std::move(output); }
void driver::failed(request_id id, const link_failure& why) { failures[id] = why; }
void driver::down(const link_failure& why) {
  is_down = true;
  down_reason = why;
}
void driver::note(int, std::string text) { notes.push_back(std::move(text)); }

} // namespace mito::test

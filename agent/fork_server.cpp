#include "agent/fork_server.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/socket.h>
#include <vector>

#include "agent/spawn.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

namespace {

constexpr std::uint32_t most_body = 1u << 20; ///< of what a server says
constexpr moment exit_grace = 500;
constexpr std::size_t most_errors = 64u << 10;

descriptor duplicate(int fd) { return descriptor(::fcntl(fd, F_DUPFD_CLOEXEC, 3)); }

/// The program as something to read; it is far smaller than what a pipe holds.
descriptor as_pipe(std::string_view program) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return {};
  descriptor read_end(ends[0]), write_end(ends[1]);
  set_nonblocking(write_end.get());
  if (::write(write_end.get(), program.data(), program.size()) != static_cast<ssize_t>(program.size())) return {};
  return read_end;
}

} // namespace

fork_server::fork_server(const std::string& interpreter, const core::dict& environment, std::string_view program)
    : frames_(most_body) {
  int pair[2], err[2];
  auto in = as_pipe(program);
  if (!in || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
    errors_ = std::strerror(errno);
    state_ = state::failed;
    return;
  }
  peer_.reset(pair[0]);
  descriptor theirs(pair[1]), their_err;
  if (::pipe2(err, O_CLOEXEC) == 0) {
    err_.reset(err[0]);
    their_err.reset(err[1]);
    set_nonblocking(err[0]);
  }
  set_nonblocking(pair[0]);
  auto variables = environment_with(environment);
  std::vector<std::string> argv{"/bin/sh", "-c", interpreter};
  pid_ = spawn({.argv = argv,
                .environment = variables,
                .directory = {},
                .in = in.get(),
                .out = theirs.get(),
                .err = their_err.get()});
  if (pid_ > 0) return;
  errors_ = std::strerror(errno);
  state_ = state::failed;
}

void fork_server::feed(std::string_view bundle) {
  chunk c;
  protocol::append_frame(c.bytes, {.type = static_cast<protocol::type>(protocol::server::type::sources)}, bundle);
  queue_.push_back(std::move(c));
  if (state_ == state::up) flush();
}

void fork_server::run(std::uint32_t id, std::string_view call, int out, int err) {
  chunk c;
  protocol::append_frame(c.bytes, {.type = static_cast<protocol::type>(protocol::server::type::run), .id = id}, call);
  c.out = duplicate(out);
  c.err = duplicate(err);
  queue_.push_back(std::move(c));
  if (state_ == state::up) flush();
}

/// False: no room now. The descriptors travel with the first byte.
bool fork_server::send(chunk& c) {
  iovec bytes{c.bytes.data() + c.sent, c.bytes.size() - c.sent};
  msghdr message = {};
  message.msg_iov = &bytes;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(2 * sizeof(int))] = {};
  if (c.sent == 0 && c.out) {
    int handles[2] = {c.out.get(), c.err.get()};
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof handles);
    std::memcpy(CMSG_DATA(head), handles, sizeof handles);
  }
  ssize_t n = ::sendmsg(peer_.get(), &message, MSG_NOSIGNAL);
  if (n < 0) {
    if (errno != EAGAIN && errno != EINTR) ended();
    return false;
  }
  c.out.reset();
  c.err.reset();
  c.sent += static_cast<std::size_t>(n);
  return c.sent == c.bytes.size();
}

void fork_server::flush() {
  while (!queue_.empty() && state_ == state::up && send(queue_.front())) queue_.pop_front();
}

void fork_server::poll(poll_set& set) const {
  if (peer_) set.add(peer_.get(), static_cast<short>(POLLIN | (state_ == state::up && !queue_.empty() ? POLLOUT : 0)));
  set.add(err_.get(), POLLIN);
  set.wake_at(exit_due_);
}

void fork_server::read_errors() {
  char bytes[4096];
  ssize_t n;
  while (err_ && (n = ::read(err_.get(), bytes, sizeof bytes)) != -1) {
    if (n == 0) err_.reset();
    errors_.append(bytes, static_cast<std::size_t>(n));
    if (errors_.size() > most_errors) errors_.erase(0, errors_.size() - most_errors);
  }
}

void fork_server::read_peer() {
  char bytes[65536];
  ssize_t n = ::read(peer_.get(), bytes, sizeof bytes);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n <= 0) {
    exit_due_ = now() + exit_grace;
    peer_.reset();
    return;
  }
  std::string_view got(bytes, static_cast<std::size_t>(n));
  if (state_ == state::up) return frames_.feed(got);
  noise_ += got;
  auto at = noise_.find(protocol::magic);
  if (at == std::string::npos) {
    if (noise_.size() > protocol::max_noise) kill_now();
    return;
  }
  frames_.feed(std::string_view(noise_).substr(at + protocol::magic.size()));
  noise_.resize(at);
  state_ = state::up;
  flush();
}

void fork_server::handle(const poll_set& set) {
  if (err_ && set.ready(err_.get()) != 0) read_errors();
  if (peer_ && (set.ready(peer_.get()) & POLLOUT) != 0) flush();
  if (peer_ && (set.ready(peer_.get()) & (POLLIN | POLLHUP | POLLERR)) != 0) read_peer();
  if (!frames_.error().empty()) kill_now();
  if (now() >= exit_due_) ended();
}

bool fork_server::next(event& out) {
  protocol::frame f;
  while (frames_.next(f)) {
    out.what = static_cast<protocol::server::type>(f.header.type);
    out.id = f.header.id;
    out.number = 0;
    out.text.clear();
    if (out.what == protocol::server::type::hello) continue;
    if (out.what == protocol::server::type::refused)
      out.text = f.body;
    else
      for (unsigned char c : f.body.substr(0, 4)) out.number = out.number << 8 | c;
    return true;
  }
  return false;
}

bool fork_server::exited(pid_t pid, int status) {
  if (pid != pid_) return false;
  pid_ = -1;
  status_ = status;
  // What it said last may still be in the socket.
  while (peer_) {
    auto before = frames_.buffered() + noise_.size();
    read_peer();
    if (frames_.buffered() + noise_.size() == before) break;
  }
  ended();
  return true;
}

void fork_server::ended() {
  read_errors();
  if (state_ == state::starting) state_ = state::failed;
  if (state_ == state::up) state_ = state::gone;
  exit_due_ = never;
  peer_.reset();
  queue_.clear();
  kill_now();
}

void fork_server::kill_now() {
  if (pid_ > 0) ::kill(-pid_, SIGKILL);
}

} // namespace mito::agent

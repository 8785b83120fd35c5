#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "transport/jump.hpp"

namespace mito::transport {
namespace {

constexpr std::size_t piece = 32 * 1024;

/// Bytes the socket took; 0 when it is full, -1 when nobody is there any more.
ssize_t send_some(int fd, const char* bytes, std::size_t size) {
  const auto n = ::send(fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n >= 0) return n;
  return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

} // namespace

jump_channel::~jump_channel() {
  loop_.unwatch(watch_);
  if (channel_ == nullptr) return;
  ssh_remove_channel_callbacks(channel_, &callbacks_);
  ssh_channel_free(channel_);
}

void jump_channel::fail(const close_info& why) {
  if (!request_.done) return;
  connector::outcome outcome;
  outcome.failure = why;
  std::exchange(request_.done, nullptr)(std::move(outcome));
}

int jump_channel::take(::ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr, void* me) {
  auto& self = *static_cast<jump_channel*>(me);
  if (is_stderr != 0) return static_cast<int>(size);
  // What the socket does not take stays in libssh, bounded by the channel's window.
  if (self.blocked_ || !self.undelivered_.empty() || !self.fd_) return 0;
  const auto n = send_some(self.fd_.get(), static_cast<const char*>(data), size);
  if (n < 0) self.closed_ = true;
  if (n < static_cast<ssize_t>(size)) self.blocked_ = true;
  return n < 0 ? 0 : static_cast<int>(n);
}

bool jump_channel::turn() {
  if (!open_ && !open()) return request_.done != nullptr; // still on its way, or refused
  if (!to_target() || !from_target()) return false;
  if (closed_ && !blocked_ && undelivered_.empty()) return false;
  watch();
  return true;
}

bool jump_channel::open() {
  if (channel_ == nullptr) {
    channel_ = ssh_channel_new(owner_.raw());
    if (channel_ == nullptr) {
      fail({close_reason::refused, -1, "cannot make a channel", {}, {}});
      return false;
    }
    ssh_callbacks_init(&callbacks_);
    callbacks_.userdata = this;
    callbacks_.channel_data_function = take;
    callbacks_.channel_close_function = [](::ssh_session, ssh_channel, void* me) {
      static_cast<jump_channel*>(me)->closed_ = true;
    };
    callbacks_.channel_eof_function = [](::ssh_session, ssh_channel, void* me) {
      static_cast<jump_channel*>(me)->closed_ = true;
    };
    ssh_set_channel_callbacks(channel_, &callbacks_);
  }
  const int rc = ssh_channel_open_forward(channel_, request_.host.c_str(), request_.port, "127.0.0.1", 65535);
  if (rc == SSH_AGAIN) return false;
  if (rc != SSH_OK) {
    fail({close_reason::connect_failed,
          -1,
          "the jump host could not connect to " + request_.host + " port " + std::to_string(request_.port) +
              ": " + owner_.libssh_error(),
          {},
          {}});
    return false;
  }
  return connected();
}

bool jump_channel::connected() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
    fail({close_reason::connect_failed, -1, "cannot make a socket pair", {}, {}});
    return false;
  }
  fd_ = owned_fd(ends[0]);
  open_ = true;
  connector::outcome outcome;
  outcome.fd = owned_fd(ends[1]);
  std::exchange(request_.done, nullptr)(std::move(outcome));
  return true;
}

/// libssh's buffer and our leftover into the socket.
bool jump_channel::to_target() {
  std::array<char, piece> buffer;
  while (blocked_ || !undelivered_.empty()) {
    if (undelivered_.empty()) {
      const int n = ssh_channel_read_nonblocking(channel_, buffer.data(), buffer.size(), 0);
      if (n <= 0) {
        blocked_ = false;
        return true;
      }
      undelivered_.assign(buffer.data(), static_cast<std::size_t>(n));
    }
    const auto n = send_some(fd_.get(), undelivered_.data(), undelivered_.size());
    if (n < 0) return false;
    if (n == 0) return true;
    undelivered_.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

bool jump_channel::from_target() {
  std::array<char, piece> buffer;
  while (!owner_.congested()) {
    if (unsent_.empty()) {
      const auto n = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
      if (n <= 0) return false; // the target's session has ended
      unsent_.assign(buffer.data(), static_cast<std::size_t>(n));
    }
    const int n = ssh_channel_write(channel_, unsent_.data(), static_cast<std::uint32_t>(unsent_.size()));
    if (n < 0) return false;
    if (n == 0) return true; // no window
    unsent_.erase(0, static_cast<std::size_t>(n));
  }
  return true;
}

void jump_channel::watch() {
  const std::uint32_t wanted = (unsent_.empty() && !owner_.congested() ? EPOLLIN : 0u) |
                               (blocked_ || !undelivered_.empty() ? EPOLLOUT : 0u);
  if (wanted == 0) {
    loop_.unwatch(watch_);
  } else if (watch_ == 0) {
    watch_ = loop_.watch(fd_.get(), wanted, *this);
  } else {
    loop_.change(watch_, wanted);
  }
}

void jump_channel::on_fd(std::uint32_t) {
  owner_.step();
}

} // namespace mito::transport

#include "transport/tcp_connect.hpp"

#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace mito::transport {

void tune_socket(int fd, const tcp_options& options) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!options.tcp_keepalive || options.keepalive.count() <= 0) return;
  const int idle = static_cast<int>(options.keepalive.count());
  const int interval = std::max(1, idle / 3);
  const int count = 3;
  const unsigned unacknowledged = static_cast<unsigned>(idle) * 2000; // ms
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged, sizeof unacknowledged);
}

tcp_connect::tcp_connect(io_thread& loop, tcp_options options, std::vector<address> addresses,
                         std::function<void(result)> done)
    : loop_(loop), options_(std::move(options)), addresses_(std::move(addresses)), done_(std::move(done)) {}

tcp_connect::~tcp_connect() {
  drop();
}

void tcp_connect::start() {
  end_ = std::chrono::steady_clock::now() + options_.budget;
  try_next();
}

void tcp_connect::drop() {
  loop_.unwatch(watch_);
  loop_.cancel(timer_);
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

void tcp_connect::report(result r) {
  auto done = std::move(done_);
  done(std::move(r)); // may destroy us
}

bool tcp_connect::begin(const address& to) {
  fd_ = ::socket(to.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) {
    error_ = std::strerror(errno);
    return false;
  }
  tune_socket(fd_, options_);
  if (!options_.bind_address.empty()) {
    const auto from = resolve_now(options_.bind_address, 0, to.bytes.ss_family, true);
    if (from.addresses.empty() || ::bind(fd_, reinterpret_cast<const sockaddr*>(&from.addresses[0].bytes),
                                         from.addresses[0].size) != 0) {
      error_ = "bind " + options_.bind_address + ": " +
               (from.addresses.empty() ? from.error : std::string(std::strerror(errno)));
      return false;
    }
  }
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to.bytes), to.size) != 0 && errno != EINPROGRESS) {
    error_ = std::strerror(errno);
    return false;
  }
  watch_ = loop_.watch(fd_, EPOLLOUT, *this);
  return watch_ != 0;
}

void tcp_connect::try_next() {
  while (next_ < addresses_.size()) {
    drop();
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - std::chrono::steady_clock::now());
    // An address that swallows packets must not take the time of those behind it: equal shares of what is
    // left.
    const auto share =
        std::max(left / static_cast<int>(addresses_.size() - next_), std::chrono::milliseconds(1));
    if (!begin(addresses_[next_++])) continue;
    timer_ = loop_.after(share, [this] {
      timer_ = 0;
      timed_out_ = true;
      error_ = std::strerror(ETIMEDOUT);
      try_next();
    });
    return;
  }
  drop();
  report({-1, {}, error_, timed_out_});
}

void tcp_connect::on_fd(std::uint32_t) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) {
    timed_out_ = error == ETIMEDOUT;
    error_ = std::strerror(error);
    try_next();
    return;
  }
  result good;
  good.peer = addresses_[next_ - 1].text();
  good.fd = std::exchange(fd_, -1);
  drop();
  report(std::move(good));
}

} // namespace mito::transport

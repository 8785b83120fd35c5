#include "proxy_link.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <cerrno>

namespace mito::lab {

namespace {

// Far more than any path's bandwidth times delay here: the delay never limits the bandwidth.
constexpr size_t queue_limit = 64U << 20U;

proxy_link::side other(proxy_link::side which) {
  return which == proxy_link::client ? proxy_link::server : proxy_link::client;
}

void no_delay(int fd) {
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool would_block() {
  return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
}

} // namespace

microseconds now_us() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

proxy_link::proxy_link(unique_fd accepted, const link_rules& rules, microseconds accepted_at)
    : rules_{rules}, open_at_{accepted_at + rules.round_trip},
      dial_at_{rules.silent ? never : open_at_ + rules.round_trip / 2 + rules.slow} {
  sockets_[client] = std::move(accepted);
  no_delay(descriptor(client));
}

void proxy_link::dialled(unique_fd socket) {
  sockets_[server] = std::move(socket);
  no_delay(descriptor(server));
  dial_at_ = never;
  connecting_ = true;
}

bool proxy_link::take_in(side which, microseconds now, std::uint64_t& counter) {
  static char buffer[256 * 1024];
  auto& into = from(which);
  auto start = which == client ? std::max(now, open_at_) : now;
  while (sockets_[which] && !into.source_done && into.size < queue_limit) {
    auto n = ::recv(descriptor(which), buffer, sizeof buffer, MSG_DONTWAIT);
    if (n < 0 && would_block()) return true;
    if (n < 0) return false;
    counter += static_cast<std::uint64_t>(n);
    into.size += static_cast<size_t>(n);
    into.source_done = n == 0;
    into.chunks.push_back({start + rules_.round_trip / 2, std::string(buffer, static_cast<size_t>(n))});
    if (static_cast<size_t>(n) < sizeof buffer && n > 0) return true;
  }
  return true;
}

bool proxy_link::give_out(side to, microseconds now) {
  auto& out = from(other(to));
  if (!sockets_[to] || (to == server && connecting_)) return true;
  while (!out.chunks.empty() && out.chunks.front().due <= now) {
    auto& first = out.chunks.front();
    if (first.bytes.empty()) {
      ::shutdown(descriptor(to), SHUT_WR);
      out.sink_done = true;
      out.chunks.pop_front();
      continue;
    }
    auto n = ::send(descriptor(to), first.bytes.data() + out.offset, first.bytes.size() - out.offset,
                    MSG_DONTWAIT | MSG_NOSIGNAL);
    out.sink_full = n < 0 && would_block();
    if (n < 0) return out.sink_full;
    out.offset += static_cast<size_t>(n);
    out.size -= static_cast<size_t>(n);
    if (out.offset < first.bytes.size()) continue;
    out.offset = 0;
    out.chunks.pop_front();
  }
  return true;
}

bool proxy_link::step(microseconds now, byte_counters& counters) {
  if (connecting_) {
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(descriptor(server), SOL_SOCKET, SO_ERROR, &error, &size);
    sockaddr_in peer;
    size = sizeof peer;
    connecting_ = ::getpeername(descriptor(server), reinterpret_cast<sockaddr*>(&peer), &size) < 0;
    if (error != 0) {
      reset_on_close();
      return false;
    }
  }
  bool alive = take_in(client, now, counters.to) && (connecting_ || take_in(server, now, counters.from)) &&
               give_out(server, now) && give_out(client, now);
  if (!alive) reset_on_close();
  // Nobody will ever answer a silent host's client: its end is the end.
  if (rules_.silent && from(client).source_done) return false;
  return alive && !(from(client).sink_done && from(server).sink_done);
}

std::uint32_t proxy_link::wants(side which) const {
  if (!sockets_[which]) return 0;
  if (which == server && connecting_) return EPOLLOUT;
  const auto& in = queues_[which];
  const auto& out = queues_[other(which)];
  return (!in.source_done && in.size < queue_limit ? EPOLLIN : 0U) | (out.sink_full ? EPOLLOUT : 0U);
}

microseconds proxy_link::next_due() const {
  auto due = dial_at_;
  for (auto to : {client, server}) {
    const auto& out = queues_[other(to)];
    if (!out.chunks.empty() && !out.sink_full && sockets_[to] && !(to == server && connecting_))
      due = std::min(due, out.chunks.front().due);
  }
  return due;
}

void proxy_link::reset_on_close() {
  linger now{1, 0};
  for (const auto& socket : sockets_)
    if (socket) ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

} // namespace mito::lab

#include "agent/channel.hpp"

#include <cerrno>

namespace mito::agent {

namespace {
constexpr std::size_t portion = 64u << 10;
} // namespace

channel::channel(descriptor in, descriptor out, std::uint32_t max_body)
    : in_(std::move(in)), out_fd_(std::move(out)), decoder_(max_body) {
  set_nonblocking(in_.get());
  if (out_fd_) set_nonblocking(out_fd_.get());
}

void channel::poll(poll_set& set, bool reading) const {
  if (!in_) return;
  if (reading) set.add(in_.get(), POLLIN);
  if (queued() > 0) set.add(out(), POLLOUT);
}

void channel::handle(const poll_set& set) {
  if (!in_) return;
  if (queued() > 0 && set.ready(out()) != 0) flush();
  if ((set.ready(in_.get()) & (POLLIN | POLLHUP | POLLERR)) == 0) return;
  std::string bytes;
  read_raw(bytes);
  if (!bytes.empty()) decoder_.feed(bytes);
}

void channel::read_raw(std::string& into) {
  char bytes[portion];
  ssize_t n = ::read(in_.get(), bytes, sizeof bytes);
  if (n > 0)
    into.append(bytes, static_cast<std::size_t>(n));
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    dead_ = true;
}

void channel::send(std::string_view bytes) {
  if (dead_) return;
  out_ += bytes;
  flush();
}

void channel::flush() {
  while (queued() > 0) {
    ssize_t n = ::write(out(), out_.data() + sent_, queued());
    if (n < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) dead_ = true;
      break;
    }
    sent_ += static_cast<std::size_t>(n);
  }
  if (queued() == 0) {
    if (out_.capacity() > 16 * portion)
      std::string().swap(out_);
    else
      out_.clear();
    sent_ = 0;
  } else if (sent_ > 16 * portion) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

} // namespace mito::agent

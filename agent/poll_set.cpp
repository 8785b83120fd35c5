#include "agent/poll_set.hpp"

#include <algorithm>
#include <ctime>

namespace mito::agent {

moment now() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

std::int64_t wall_clock_us() {
  timespec t;
  ::clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void poll_set::clear() {
  entries_.clear();
  wake_ = never;
}

void poll_set::add(int fd, short events) {
  if (fd >= 0) entries_.push_back({fd, events, 0});
}

void poll_set::wake_at(moment when) { wake_ = std::min(wake_, when); }

void poll_set::wait() {
  int timeout = -1;
  if (wake_ != never)
    timeout = static_cast<int>(std::clamp<moment>(wake_ - now() + 1, 0, 3600 * 1000));
  // EINTR and time-outs look alike to the caller: nothing is ready, look at the clock and at the children.
  if (::poll(entries_.data(), entries_.size(), timeout) < 0)
    for (auto& e : entries_) e.revents = 0;
}

short poll_set::ready(int fd) const {
  short events = 0;
  for (const auto& e : entries_)
    if (e.fd == fd) events = static_cast<short>(events | e.revents);
  return events;
}

} // namespace mito::agent

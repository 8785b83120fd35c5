#pragma once
/// What one turn of the loop waits for: descriptors and the nearest moment at which something is due.
#include <cstdint>
#include <poll.h>
#include <vector>

namespace mito::agent {

/// Monotonic milliseconds.
using moment = std::int64_t;
constexpr moment never = INT64_MAX;
moment now();
/// Wall clock, microseconds since the epoch.
std::int64_t wall_clock_us();

class poll_set {
public:
  void clear();
  /// Descriptors below zero are ignored.
  void add(int fd, short events);
  void wake_at(moment when);
  /// Sleeps until something is ready or due.
  void wait();
  /// The events of a descriptor that was added before `wait`; 0 for any other.
  short ready(int fd) const;

private:
  std::vector<pollfd> entries_;
  moment wake_ = never;
};

} // namespace mito::agent

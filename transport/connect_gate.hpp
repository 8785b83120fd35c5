#pragma once
/// How many connections may be under way at one time; the rest wait their turn.
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace mito::transport {

/// First come, first served. Thread-safe; a turn is announced on the caller's or the releaser's thread.
class connect_gate : public std::enable_shared_from_this<connect_gate> {
public:
  explicit connect_gate(std::size_t limit) : free_(limit == 0 ? 1 : limit) {}

  /// A place among those under way; its end lets the next one in.
  class place {
  public:
    explicit place(std::shared_ptr<connect_gate> gate) : gate_(std::move(gate)) {}
    place(const place&) = delete;
    place& operator=(const place&) = delete;
    ~place() { gate_->leave(); }

  private:
    std::shared_ptr<connect_gate> gate_;
  };

  /// Calls `turn` once, with the place, now or later. `turn` must only post: it runs on any thread.
  void enter(std::function<void(std::shared_ptr<place>)> turn);

private:
  void leave();

  std::mutex mutex_;
  std::size_t free_;
  std::deque<std::function<void(std::shared_ptr<place>)>> waiting_;
};

} // namespace mito::transport

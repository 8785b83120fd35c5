#include "transport/connect_gate.hpp"

namespace mito::transport {

void connect_gate::enter(std::function<void(std::shared_ptr<place>)> turn) {
  {
    std::lock_guard guard(mutex_);
    if (free_ == 0) {
      waiting_.push_back(std::move(turn));
      return;
    }
    --free_;
  }
  turn(std::make_shared<place>(shared_from_this()));
}

void connect_gate::leave() {
  std::function<void(std::shared_ptr<place>)> next;
  {
    std::lock_guard guard(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    next = std::move(waiting_.front());
    waiting_.pop_front();
  }
  next(std::make_shared<place>(shared_from_this()));
}

} // namespace mito::transport

#include "transport/endpoint.hpp"

namespace mito::transport {

void endpoint::write(std::string bytes) {
  if (bytes.empty()) return;
  auto level = level_.load(std::memory_order_relaxed);
  std::size_t next = 0;
  do {
    next = level + bytes.size();
    if ((next & ~owed_bit) > high_water_) next |= owed_bit;
  } while (!level_.compare_exchange_weak(level, next, std::memory_order_acq_rel));
  loop_->post([self = shared_from_this(), bytes = std::move(bytes)]() mutable {
    if (self->closed_) return;
    self->queue_.push_back(std::move(bytes));
    if (self->driver_) self->driver_->poke();
  });
}

void endpoint::pause(bool on) {
  loop_->post([self = shared_from_this(), on] {
    if (self->closed_ || self->paused_ == on) return;
    self->paused_ = on;
    if (self->driver_) self->driver_->poke();
  });
}

void endpoint::finish() {
  loop_->post([self = shared_from_this()] {
    if (self->closed_ || self->finishing_) return;
    self->finishing_ = true;
    if (self->driver_) self->driver_->poke();
  });
}

void endpoint::abort() {
  loop_->post([self = shared_from_this()] { self->evict(); });
}

void endpoint::begin(std::shared_ptr<driver> d) {
  if (closed_) return;
  driver_ = std::move(d);
  driver_->begin();
}

std::string_view endpoint::front() const {
  return queue_.empty() ? std::string_view{} : std::string_view(queue_.front()).substr(offset_);
}

void endpoint::consumed(std::size_t n) {
  offset_ += n;
  if (!queue_.empty() && offset_ >= queue_.front().size()) {
    queue_.pop_front();
    offset_ = 0;
  }
  auto level = level_.load(std::memory_order_relaxed);
  std::size_t next = 0;
  do {
    next = level - n;
    if ((next & ~owed_bit) == 0) next = 0;
  } while (!level_.compare_exchange_weak(level, next, std::memory_order_acq_rel));
  if (next == 0 && (level & owed_bit) != 0) sink_->drained();
}

void endpoint::opened() {
  if (closed_ || opened_) return;
  opened_ = true;
  sink_->opened();
}

void endpoint::received(std::string bytes) {
  if (!closed_) sink_->received(std::move(bytes));
}

void endpoint::note(int verbosity, std::string text) {
  if (!closed_) sink_->note(verbosity, std::move(text));
}

void endpoint::close(close_info why) {
  if (closed_) return;
  closed_ = true;
  if (driver_) {
    driver_->release();
    loop_->dispose(std::move(driver_)); // we may be inside one of its calls
  }
  queue_.clear();
  loop_->release(this);
  sink_->closed(std::move(why));
}

void endpoint::evict(bool) {
  close({close_reason::local, -1, "Connection closed by us", {}, {}});
}

} // namespace mito::transport

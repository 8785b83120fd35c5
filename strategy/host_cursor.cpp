#include "strategy/host_cursor.hpp"

namespace mito::strategy {

namespace {
bool is_flush(const planned_task& t) {
  return t.spec->action == "meta" && t.spec->args["_raw_params"].as_string() == "flush_handlers";
}
} // namespace

host_cursor::host_cursor(const plan& p) : plan_(&p), stack_{{&p.root}}, notified_(p.handlers.size(), false) { settle(); }

const std::vector<plan_item>& host_cursor::list(const frame& f) const {
  switch (f.at) {
  case phase::body: return f.block->body;
  case phase::rescue: return f.block->rescue;
  default: return f.block->always;
  }
}

std::pair<std::uint32_t, std::uint32_t> host_cursor::position() const {
  if (!next_) return {UINT32_MAX, 0};
  if (!handlers_) return {next_->ordinal, 0};
  auto& f = stack_.back();
  auto& flush = list(f)[f.index].task;
  return {flush->ordinal, next_->ordinal};
}

bool host_cursor::settle_handlers() {
  while (handler_at_ < notified_.size() && !notified_[handler_at_]) ++handler_at_;
  if (handler_at_ < notified_.size()) {
    next_ = &plan_->handlers[handler_at_];
    return true;
  }
  handlers_ = false;
  if (failed_) {
    stack_.clear();
    return true;
  }
  ++stack_.back().index;
  return false;
}

/// Moves to the next task from wherever the stack stands.
void host_cursor::settle() {
  next_ = nullptr;
  if (ended_) return;
  if (handlers_ && settle_handlers()) return;
  while (!stack_.empty()) {
    auto& f = stack_.back();
    auto& items = list(f);
    if (f.index < items.size()) {
      auto& i = items[f.index];
      if (i.task) {
        next_ = i.task.get();
        return;
      }
      ++f.index;
      stack_.push_back({i.block.get()});
      continue;
    }
    if (f.at != phase::always) {
      // A rescue that got to its end has mended the block.
      if (f.at == phase::rescue) f.failed = false;
      f.at = phase::always;
      f.index = 0;
      continue;
    }
    bool bad = f.failed;
    if (stack_.size() == 1) {
      if (bad) failed_ = true;
      stack_.clear();
      return;
    }
    stack_.pop_back();
    if (bad) fail_frame();
    if (handlers_) return;
  }
}

/// Something in the present phase of the innermost block failed.
void host_cursor::fail_frame() {
  auto& f = stack_.back();
  f.failed = true;
  if (stack_.size() == 1) {
    failed_ = true;
    to_forced_handlers();
    return;
  }
  if (f.at == phase::body && !f.block->rescue.empty()) {
    f.at = phase::rescue;
    f.index = 0;
  } else if (f.at != phase::always) {
    f.at = phase::always;
    f.index = 0;
  } else {
    f.index = list(f).size();
  }
}

/// force_handlers: a failed host still runs what was notified, at the next flush of the play's own level.
void host_cursor::to_forced_handlers() {
  auto& f = stack_.back();
  if (plan_->force_handlers) {
    for (auto& items = list(f); f.index < items.size(); ++f.index) {
      if (!items[f.index].task || !is_flush(*items[f.index].task)) continue;
      handlers_ = true;
      handler_at_ = 0;
      settle_handlers();
      return;
    }
  }
  stack_.clear();
}

void host_cursor::advance() {
  if (handlers_)
    notified_[handler_at_++] = false;
  else if (!stack_.empty())
    ++stack_.back().index;
  settle();
}

void host_cursor::fail() {
  if (handlers_) {
    notified_[handler_at_] = false;
    if (failed_) { // already failed, and running what was forced: the others still get their turn
      ++handler_at_;
      settle();
      return;
    }
    handlers_ = false;
    failed_ = true;
    stack_.clear();
    next_ = nullptr;
    return;
  }
  if (stack_.empty()) {
    failed_ = true;
    return;
  }
  next_ = nullptr;
  fail_frame();
  if (handlers_) return;
  settle();
}

bool host_cursor::would_rescue() const {
  for (std::size_t i = 1; i < stack_.size(); ++i)
    if (stack_[i].at == phase::body && !stack_[i].block->rescue.empty()) return !handlers_;
  return false;
}

bool host_cursor::rescuing() const {
  for (std::size_t i = 1; i < stack_.size(); ++i)
    if (stack_[i].at != phase::body) return true;
  return false;
}

void host_cursor::enter_handlers() {
  handlers_ = true;
  handler_at_ = 0;
  settle();
}

void host_cursor::end() {
  ended_ = true;
  next_ = nullptr;
  stack_.clear();
}

void host_cursor::clear_failure() {
  failed_ = false;
}

bool host_cursor::notify(std::size_t handler) {
  if (notified_[handler]) return false;
  notified_[handler] = true;
  return true;
}

} // namespace mito::strategy

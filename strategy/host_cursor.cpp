#include "strategy/host_cursor.hpp"

#include <algorithm>

namespace mito::strategy {

namespace {
bool is_flush(const planned_task& t) {
  return t.spec->action == "meta" && t.spec->args["_raw_params"].as_string() == "flush_handlers";
}
} // namespace

std::strong_ordering operator<=>(const host_cursor::position_t& a, const host_cursor::position_t& b) {
  auto compare = [](const place_in_play* x, const place_in_play* y, bool null_last) {
    if (!x || !y) return null_last ? (x == nullptr) <=> (y == nullptr) : (x != nullptr) <=> (y != nullptr);
    return *x <=> *y;
  };
  if (auto c = compare(a.task, b.task, true); c != 0) return c;
  return compare(a.handler, b.handler, false);
}

host_cursor::host_cursor(const plan& p) : plan_(&p), stack_{{p.root}}, notified_(p.handlers.size(), false) { settle(); }

const std::vector<plan_item>& host_cursor::list(const frame& f) const {
  switch (f.at) {
  case phase::body: return f.block->body;
  case phase::rescue: return f.block->rescue;
  default: return f.block->always;
  }
}

host_cursor::position_t host_cursor::position() const {
  if (!next_) return {};
  if (!handlers_) return {&next_->order, nullptr};
  auto& f = stack_.back();
  return {&list(f)[f.index].task->order, &next_->order};
}

bool host_cursor::settle_handlers() {
  if (included_at_ < included_handlers_.size()) {
    next_ = included_handlers_[included_at_].get();
    return true;
  }
  included_handlers_.clear();
  included_at_ = 0;
  notified_.resize(plan_->handlers.size());
  while (handler_at_ < notified_.size() && !notified_[handler_at_]) ++handler_at_;
  if (handler_at_ < notified_.size()) {
    next_ = plan_->handlers[handler_at_].get();
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

/// A role that ran to its end here does not run again, unless it allows that (Role.has_run).
bool host_cursor::role_is_over(const planned_task& t) const {
  if (completed_.empty() || !t.around) return false;
  auto r = t.around->role();
  return r && !r->allow_duplicates && std::find(completed_.begin(), completed_.end(), r.get()) != completed_.end();
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
      if (i.task && role_is_over(*i.task)) {
        ++f.index;
        continue;
      }
      if (i.task) {
        next_ = i.task.get();
        return;
      }
      ++f.index;
      stack_.push_back({i.block});
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

void host_cursor::run_before(const planned_task* t) { before_ = next_ = t; }

void host_cursor::advance() {
  if (before_) {
    before_ = nullptr;
    return settle();
  }
  if (handlers_)
    leave_handler();
  else if (!stack_.empty())
    ++stack_.back().index;
  settle();
}

/// The present handler has had its turn.
void host_cursor::leave_handler() {
  if (included_at_ < included_handlers_.size())
    ++included_at_;
  else
    notified_[handler_at_++] = false;
}

void host_cursor::include(std::shared_ptr<const plan_block> items) {
  if (stack_.empty() || !next_) return;
  ++stack_.back().index;
  if (items) stack_.push_back({std::move(items)});
  settle();
}

void host_cursor::include_handlers(std::vector<std::shared_ptr<const planned_task>> handlers) {
  leave_handler();
  included_handlers_.insert(included_handlers_.begin() + static_cast<std::ptrdiff_t>(included_at_), handlers.begin(), handlers.end());
  settle();
}

void host_cursor::role_ran(const playbook::role* r) {
  if (std::find(ran_.begin(), ran_.end(), r) == ran_.end()) ran_.push_back(r);
}

void host_cursor::role_completed() {
  auto r = next_ && next_->around ? next_->around->role() : nullptr;
  if (r && std::find(ran_.begin(), ran_.end(), r.get()) != ran_.end()) completed_.push_back(r.get());
  advance();
}

void host_cursor::fail() {
  if (before_) {
    before_ = nullptr;
    next_ = nullptr;
    failed_ = true;
    return stack_.clear();
  }
  if (handlers_) {
    leave_handler();
    if (failed_) { // already failed, and running what was forced: the others still get their turn
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
  if (handler >= notified_.size()) notified_.resize(plan_->handlers.size());
  if (notified_[handler]) return false;
  notified_[handler] = true;
  return true;
}

} // namespace mito::strategy

#pragma once
/// Where one host stands in a plan: which task is next, what a failure leads to. Pure.
#include <cstdint>
#include <utility>
#include <vector>

#include "strategy/plan.hpp"

namespace mito::strategy {

class host_cursor {
public:
  explicit host_cursor(const plan& p);

  /// The next task, or null when the host is through.
  const planned_task* peek() const { return next_; }
  /// Order among hosts: the task's number, and inside a flush the handler's.
  std::pair<std::uint32_t, std::uint32_t> position() const;
  bool in_handlers() const { return handlers_; }

  /// The present task is over and did not fail the host.
  void advance();
  /// The present task failed: on to rescue, always or the end.
  void fail();
  /// True when a failure now would be rescued (decides between "rescued" and "failed" in the recap).
  bool would_rescue() const;
  bool rescuing() const;
  /// The present task is `meta: flush_handlers`: run the notified handlers next.
  void enter_handlers();
  /// Nothing more runs on this host; it counts as not failed.
  void end();
  /// True when a failure was not rescued.
  bool failed() const { return failed_; }
  void clear_failure();

  /// False when it was notified already.
  bool notify(std::size_t handler);
  void handler_done(std::size_t handler) { notified_[handler] = false; }
  /// Number of the handler that is next, while in_handlers().
  std::size_t handler() const { return handler_at_; }

private:
  enum class phase : std::uint8_t { body, rescue, always };
  struct frame {
    const plan_block* block;
    phase at = phase::body;
    std::size_t index = 0;
    bool failed = false;
  };

  const std::vector<plan_item>& list(const frame& f) const;
  void settle();
  bool settle_handlers();
  void fail_frame();
  void to_forced_handlers();

  const plan* plan_;
  std::vector<frame> stack_;
  const planned_task* next_ = nullptr;
  std::vector<bool> notified_;
  std::size_t handler_at_ = 0;
  bool handlers_ = false, failed_ = false, ended_ = false;
};

} // namespace mito::strategy

#pragma once
/// Where one host stands in a plan: which task is next, what a failure leads to. Pure.
#include <compare>
#include <cstdint>
#include <memory>
#include <vector>

#include "strategy/plan.hpp"

namespace mito::strategy {

class host_cursor {
public:
  explicit host_cursor(const plan& p);

  /// The next task, or null when the host is through.
  const planned_task* peek() const { return next_; }
  /// Order among hosts: the task's place, and inside a flush the flush's place with the handler's.
  struct position_t {
    const place_in_play* task = nullptr; ///< null: the host is through; that is after all others
    const place_in_play* handler = nullptr;
    friend std::strong_ordering operator<=>(const position_t& a, const position_t& b);
    friend bool operator==(const position_t& a, const position_t& b) { return (a <=> b) == 0; }
  };
  position_t position() const;
  bool in_handlers() const { return handlers_; }

  /// Runs `t` before the present task, once.
  void run_before(const planned_task* t);
  /// The present task is over and did not fail the host.
  void advance();
  /// The present task failed: on to rescue, always or the end.
  void fail();
  /// True when a failure now would be rescued (decides between "rescued" and "failed" in the recap).
  bool would_rescue() const;
  bool rescuing() const;
  /// The present task is `meta: flush_handlers`: run the notified handlers next.
  void enter_handlers();
  /// The present task is an include that brought these: they run next, then what follows it. Null: nothing came of it.
  void include(std::shared_ptr<const plan_block> items);
  /// The same for an include among handlers.
  void include_handlers(std::vector<std::shared_ptr<const planned_task>> handlers);

  /// A task of this role did something here: at the role's end it counts as run.
  void role_ran(const playbook::role* r);
  /// The present task is `meta: role_complete`.
  void role_completed();
  /// Nothing more runs on this host; it counts as not failed.
  void end();
  /// True when a failure was not rescued.
  bool failed() const { return failed_; }
  void clear_failure();

  /// False when it was notified already.
  bool notify(std::size_t handler);
  /// Number of the handler that is next, while in_handlers().
  std::size_t handler() const { return handler_at_; }

private:
  enum class phase : std::uint8_t { body, rescue, always };
  struct frame {
    std::shared_ptr<const plan_block> block;
    phase at = phase::body;
    std::size_t index = 0;
    bool failed = false;
  };

  const std::vector<plan_item>& list(const frame& f) const;
  void settle();
  bool settle_handlers();
  bool role_is_over(const planned_task& t) const;
  void fail_frame();
  void to_forced_handlers();
  void leave_handler();

  const plan* plan_;
  std::vector<frame> stack_;
  /// Roles of which something ran here, and those that ran to their end.
  std::vector<const playbook::role*> ran_, completed_;
  /// What includes among handlers brought, to run before the next notified one.
  std::vector<std::shared_ptr<const planned_task>> included_handlers_;
  std::size_t included_at_ = 0;
  const planned_task* before_ = nullptr; ///< next_ is this one, ahead of what the stack says
  const planned_task* next_ = nullptr;
  std::vector<bool> notified_;
  std::size_t handler_at_ = 0;
  bool handlers_ = false, failed_ = false, ended_ = false;
};

} // namespace mito::strategy

#pragma once
/// One execution of a task's action on one host: conditions, final arguments, attempts, changed_when and failed_when.
#include <memory>
#include <variant>

#include "engine/task_run.hpp"

namespace mito::engine {

class keyword_reader;

class execution {
public:
  struct outcome {
    core::value result;
    /// The task itself failed (templating, conditions): no further items.
    bool raised = false;
    bool ignore_errors = false, ignore_unreachable = false, no_log = false, diff = false;
    std::vector<std::string> notify;
    std::optional<std::string> delegate_to;
    bool delegate_facts = false;
  };
  using step = std::variant<action_request, retry_report, outcome>;

  /// `loop_error`: the loop could not be evaluated; it is reported unless a condition skips the task.
  execution(std::shared_ptr<const task_spec> spec, std::shared_ptr<const templating::scope> vars,
            const templating::templar& templar, const run_defaults& defaults, const core::error* loop_error);
  ~execution();

  step start();
  step resume(core::value result);
  /// After a retry_report, once its delay is over.
  step retry();
  const templating::scope& vars() const;
  /// The registered result and facts that this execution made: later items of a loop see them.
  const core::dict& produced() const;

private:
  class overlay;

  /// nullopt: all conditions hold.
  std::optional<step> check_conditions();
  std::optional<step> prepare();
  void read_flags(keyword_reader& reader);
  core::expected<bool> all_true(const field& conditions) const;
  void judge(core::dict& result);
  step finish(core::value result);
  step raise(core::value result);
  void publish(const core::dict& result);

  std::shared_ptr<const task_spec> spec_;
  std::shared_ptr<overlay> vars_;
  const templating::templar& templar_;
  const run_defaults& defaults_;
  const core::error* loop_error_;
  action_request request_;
  outcome out_;
  int attempts_ = 1, attempt_ = 0;
  std::chrono::milliseconds delay_{5000};
};

} // namespace mito::engine

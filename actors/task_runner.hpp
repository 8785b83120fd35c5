#pragma once
/// The actor of one task on one host, and the one of a single module call.
#include "actions/action.hpp"
#include "actors/environment.hpp"
#include "actors/module_run.hpp"

namespace mito::actors {

struct invocation_state {
  static inline const char* name = "invocation";
  // No aggregate: CAF 0.17 builds a state from the actor's pointer where that compiles, and C++20 would put the pointer
  // into the first member.
  invocation_state() {}
  bool answered = false;
};

/// Sends `request` to `host`, its answer to `owner`, and ends. `limit` zero: no deadline.
invocation_actor::behavior_type invocation(invocation_actor::stateful_pointer<invocation_state> self,
                                           task_runner_actor owner, host_context_actor host, module_request_ptr request,
                                           std::chrono::milliseconds limit, std::string action);

struct task_runner_state {
  static inline const char* name = "task_runner";
  environment_ptr env;
  task_order_ptr order;
  supervisor_actor owner;
  std::unique_ptr<engine::task_run> run;
  std::optional<engine::action_request> request;
  std::unique_ptr<actions::context> context;
  std::unique_ptr<actions::action> action; ///< null: the module itself
  invocation_actor call;
  std::unique_ptr<module_run> module;  ///< the call that is under way
  connection_ptr target;               ///< where it goes
  /// Pythons that this task found, by the host that it is delegated to ("": none).
  std::map<std::string, std::optional<std::string>> discovered;
  std::string delegate; ///< as shown: "web2(10.0.0.2)"
  std::chrono::steady_clock::time_point started;
  enum class waiting : std::uint8_t { nothing, module, action_pause, run_pause } wait = waiting::nothing;
};

task_runner_actor::behavior_type task_runner(task_runner_actor::stateful_pointer<task_runner_state> self,
                                             environment_ptr env, task_order_ptr order, supervisor_actor owner);

/// What a module call's answer means as a result: lines added, lost connections as unreachable.
core::value result_of(const module_reply& reply);
/// The arguments of a native module with what is no option: the name that error texts show, and whether the call is to be
/// repeated in the result.
core::value with_hints(core::value args, const environment& env, const engine::task_spec& spec);
/// With stdout_lines and stderr_lines beside stdout and stderr.
core::value with_lines(const core::value& result);

} // namespace mito::actors

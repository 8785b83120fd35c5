#pragma once
/// The actor of one task on one host, and the one of a single module call.
#include "actions/action.hpp"
#include "actors/environment.hpp"

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
  std::string delegate; ///< as shown: "web2(10.0.0.2)"
  core::dict delegated;  ///< _ansible_delegated_vars of the execution under way; empty: it is not delegated
  std::chrono::steady_clock::time_point started;
  enum class waiting : std::uint8_t { nothing, module, action_pause, run_pause } wait = waiting::nothing;
};

task_runner_actor::behavior_type task_runner(task_runner_actor::stateful_pointer<task_runner_state> self,
                                             environment_ptr env, task_order_ptr order, supervisor_actor owner);

/// Whom a task is delegated to: a host of the inventory, or a name that gets a connection of its own.
struct delegation {
  playbook::host_id id = playbook::no_id;
  std::shared_ptr<const templating::scope> vars; ///< of that host
};
core::expected<delegation> find_delegate(const environment& env, const std::string& name);
/// `_ansible_delegated_vars`: how the delegate is reached, for results.
core::dict delegated_vars(const environment& env, const std::string& name, const delegation& to,
                          const std::optional<std::string>& remote_user);
/// See engine::run_defaults::connection_vars.
core::dict connection_vars(const environment& env, const task_order& order, const templating::scope& vars,
                           const std::optional<std::string>& delegate_to);

/// What a module call's answer means as a result: lines added, lost connections as unreachable.
core::value result_of(const module_reply& reply);

} // namespace mito::actors

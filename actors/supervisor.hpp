#pragma once
/// The actor of a play: starts task runners as the strategy says, at most `forks` at a time.
#include <deque>

#include "actors/play_machine.hpp"

namespace mito::actors {

struct supervisor_state {
  static inline const char* name = "supervisor";
  environment_ptr env;
  std::unique_ptr<play_machine> machine;
  std::deque<task_order_ptr> waiting;
  std::map<strategy::host_index, task_runner_actor> running;
  std::function<void(play_outcome_ptr)> finished;
};

supervisor_actor::behavior_type supervisor(supervisor_actor::stateful_pointer<supervisor_state> self, play_setup setup);

struct reporter_state {
  static inline const char* name = "reporter";
};

/// Shows events through `sinks`, in order.
reporter_actor::behavior_type reporter(reporter_actor::stateful_pointer<reporter_state> self,
                                       std::vector<std::shared_ptr<report::sink>> sinks);

} // namespace mito::actors

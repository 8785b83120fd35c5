#include "actors/supervisor.hpp"

#include <algorithm>

#include "actors/task_runner.hpp"

namespace mito::actors {

namespace {

using self_pointer = supervisor_actor::stateful_pointer<supervisor_state>;

void start_waiting(self_pointer self) {
  auto& st = state_of(self);
  auto allowed = [&](const task_order& next) {
    return st.running.size() < (next.throttle > 0 ? std::min(next.throttle, st.env->forks) : st.env->forks);
  };
  while (!st.waiting.empty() && allowed(*st.waiting.front())) {
    auto order = std::move(st.waiting.front());
    st.waiting.pop_front();
    auto index = order->index;
    // Said here and not by the runner: no result of the task comes before the starts of the hosts that start together.
    report_event(*st.env, report::host_started{order->info, order->host_name});
    auto runner = self->spawn(task_runner, st.env, std::move(order), supervisor_actor(self));
    tell(self, runner, begin_v);
    st.running[index] = std::move(runner);
  }
}

play_machine::callbacks make_callbacks(self_pointer self) {
  play_machine::callbacks out;
  out.run = [self](task_order_ptr order) { state_of(self).waiting.push_back(std::move(order)); };
  out.over = [self](play_outcome_ptr outcome) {
    auto& st = state_of(self);
    st.waiting.clear();
    if (st.finished) st.finished(std::move(outcome));
    self->quit();
  };
  auto with_context = [self](connection_ptr spec, auto message) {
    ask(self, state_of(self).env->directory, get_v, std::move(spec))
      .then([self, message](const host_context_actor& host) { tell(self, host, message); }, [](const caf::error&) {});
  };
  out.connect = [with_context](connection_ptr spec) { with_context(std::move(spec), connect_v); };
  out.reset = [with_context](connection_ptr spec) { with_context(std::move(spec), reset_v); };
  return out;
}

} // namespace

supervisor_actor::behavior_type supervisor(self_pointer self, play_setup setup) {
  auto& st = state_of(self);
  st.env = setup.env;
  st.machine = std::make_unique<play_machine>(std::move(setup), make_callbacks(self));
  return {
    [self](begin_atom) -> caf::result<play_outcome_ptr> {
      auto promise = self->make_response_promise<play_outcome_ptr>();
      auto& s = state_of(self);
      s.finished = [promise](play_outcome_ptr outcome) mutable { promise.deliver(std::move(outcome)); };
      s.machine->begin();
      start_waiting(self);
      return promise;
    },
    [self](const task_done_ptr& d) {
      auto& s = state_of(self);
      s.running.erase(d->index);
      s.machine->done(*d);
      start_waiting(self);
    },
    [self](stop_atom) {
      auto& s = state_of(self);
      for (auto& [index, runner] : s.running) tell(self, runner, stop_v);
      s.running.clear();
      s.machine->interrupt();
    },
  };
}

reporter_actor::behavior_type reporter(reporter_actor::stateful_pointer<reporter_state> self,
                                       std::vector<std::shared_ptr<report::sink>> sinks) {
  auto shared = std::make_shared<std::vector<std::shared_ptr<report::sink>>>(std::move(sinks));
  tell_later(self, reporter_actor(self), std::chrono::milliseconds(200), tick_v);
  return {
    [shared](const event_ptr& e) {
      for (auto& sink : *shared) sink->on(*e);
    },
    [self, shared](tick_atom) {
      for (auto& sink : *shared) sink->tick();
      tell_later(self, reporter_actor(self), std::chrono::milliseconds(200), tick_v);
    },
    [](wake_atom) { return true; },
    [self](finish_atom) {
      self->quit();
      return true;
    },
  };
}

} // namespace mito::actors

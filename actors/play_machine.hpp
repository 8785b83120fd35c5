#pragma once
/// A play as the supervisor sees it, without CAF: rounds of the linear strategy, bookkeeping of results, variables and
/// statistics. Orders go out, results come in.
#include <deque>
#include <functional>

#include "actors/environment.hpp"
#include "strategy/linear.hpp"

namespace mito::actors {

/// Counters of the whole run, by host name.
struct run_stats {
  std::map<std::string, report::host_stats> hosts;
  core::dict custom;
};

struct play_setup {
  environment_ptr env;
  std::shared_ptr<const playbook::play> play;
  std::shared_ptr<const strategy::plan> plan;
  std::vector<playbook::host_id> hosts;  ///< this batch
  std::vector<std::string> names;        ///< of `hosts`
  std::vector<playbook::host_id> play_hosts; ///< of all batches
  std::vector<bool> failed_before;       ///< by index in `hosts`
  std::shared_ptr<run_stats> stats;
};

class play_machine {
public:
  struct callbacks {
    std::function<void(task_order_ptr)> run; ///< start this task (the caller keeps `forks`)
    std::function<void(play_outcome_ptr)> over;
    std::function<void(connection_ptr)> connect; ///< ahead of the first task
    std::function<void(connection_ptr)> reset;   ///< meta: reset_connection
  };

  play_machine(play_setup setup, callbacks out);

  void begin();
  void done(task_done d);
  /// Ends the play as soon as possible; `over` is called at once.
  void interrupt();

private:
  using host_index = strategy::host_index;

  void fan_out_connections();
  void next_round();
  bool start_round(strategy::round r);
  void run_meta(const strategy::round& r);
  /// False: the rest of the round does not follow.
  bool meta_on(const strategy::round& r, host_index host, const std::string& what, const report::task_ref& info);
  void show_skipped_meta(host_index host, const std::string& what, const report::task_ref& info);
  core::expected<bool> conditions_hold(const engine::task_spec& spec, const templating::scope& vars) const;
  std::shared_ptr<const templating::scope> scope_of(host_index host, const strategy::planned_task& t, std::string* error) const;
  report::task_ref describe(const strategy::planned_task& t, const templating::scope* vars, bool handler);
  bool boolean_keyword(const engine::field& f, const templating::scope& vars, const engine::task_spec& spec) const;

  void judge(task_done& d);
  void on_failed(host_index host, task_done& d);
  void on_unreachable(host_index host, task_done& d);
  void on_ok(host_index host, task_done& d);
  void notify(host_index host, task_done& d);
  void keep_result(host_index host, task_done& d);
  void keep_item(host_index host, const core::value& item, task_done& d, std::size_t number);
  void change_inventory(host_index host, const core::value& item, task_done& d, std::size_t number);
  void tell_store_warnings();
  std::optional<bool> judge_change(host_index host, const core::value& result) const;
  void emit(host_index host, const task_done& d, report::verdict how, bool ignored, bool rescued);
  std::vector<host_index> result_hosts(host_index host) const;
  report::host_stats& stats(host_index host) { return setup_.stats->hosts[setup_.names[host]]; }
  void round_over();
  bool stop_for_failures();
  void update_active_hosts();
  void finish();

  play_setup setup_;
  callbacks out_;
  strategy::linear linear_;
  strategy::round round_;
  report::task_ref info_;
  std::size_t outstanding_ = 0;
  bool once_ = false, fatal_ = false, round_failed_ = false, over_ = false;
  std::uint64_t task_counter_ = 0;
  play_outcome outcome_;
};

} // namespace mito::actors

#pragma once
/// A play as the supervisor sees it, without CAF: rounds of the linear strategy, bookkeeping of results, variables and
/// statistics. Orders go out, results come in.
#include <deque>
#include <functional>
#include <map>

#include "actors/environment.hpp"
#include "strategy/free.hpp"
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
  std::shared_ptr<strategy::plan> plan; ///< this batch's own: includes add handlers to it
  strategy::plan_options options;
  strategy::kind strategy = strategy::kind::linear;
  std::shared_ptr<const playbook::load_options> load; ///< for what includes read
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

  void start_at_task();
  /// --step: whether this task is to be run.
  bool wanted_by_user(const strategy::planned_task& t, const report::task_ref& info);
  void fan_out_connections();
  void next_round();
  void next_free_rounds();
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
  /// An include's result waits for the round's end: equal inclusions of several hosts are one.
  bool is_include() const;
  void keep_inclusion(host_index host, const task_done& d);
  void run_includes();
  struct pending_include {
    core::dict args;    ///< final
    core::dict special; ///< the loop's variables
    std::string file;   ///< include_tasks: as given
    std::vector<host_index> hosts;
    std::string path;
    /// Once read: one of the two.
    std::shared_ptr<const strategy::plan_block> items;
    std::vector<std::shared_ptr<const strategy::planned_task>> handlers;
    bool failed = false;
  };
  void load_inclusion(pending_include& p);
  void fail_inclusion(pending_include& p, const core::error& e);
  void add_handlers(const std::vector<playbook::item>& items, const strategy::inclusion& what);
  void name_handlers(std::size_t from);
  void notify(host_index host, task_done& d);
  void keep_result(host_index host, task_done& d);
  void keep_item(host_index host, const core::value& item, task_done& d, std::size_t number);
  void change_inventory(host_index host, const core::value& item, task_done& d, std::size_t number);
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
  /// A task on the hosts that run it together: the whole batch in lockstep, one host under `free`.
  struct running_round {
    strategy::round round;
    report::task_ref info;
    std::size_t outstanding = 0;
    bool once = false, fatal = false, failed = false;
    std::vector<pending_include> includes;
    std::vector<host_index> including; ///< hosts whose include task is not over yet
  };
  /// The round that is being handled.
  std::shared_ptr<running_round> now_;
  std::vector<std::shared_ptr<running_round>> rounds_; ///< by host; null: the host is idle
  std::optional<strategy::free_order> free_;           ///< none: lockstep
  std::map<const strategy::planned_task*, std::uint64_t> task_ids_;
  bool over_ = false;
  play_outcome outcome_;
  playbook::play current_; ///< the play with what includes add
  std::uint32_t inclusions_ = 0;
};

} // namespace mito::actors

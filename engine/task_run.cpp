#include "engine/task_run.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/execution.hpp"
#include "engine/keywords.hpp"
#include "engine/loop.hpp"

namespace mito::engine {

/// Walks over the items of a loop (or the one execution of a task without) and gathers their results.
struct task_run::state {
  std::shared_ptr<const task_spec> spec;
  std::shared_ptr<const templating::scope> vars;
  const templating::templar& templar;
  run_defaults defaults;

  std::optional<core::list> items;
  std::optional<core::error> loop_error;
  loop_settings loop;
  std::size_t at = 0;
  std::unique_ptr<execution> current;
  core::list results;
  core::list warnings;
  core::dict carried = {}; ///< what earlier items registered or set
  std::vector<std::string> notify;
  bool ignore_errors = false, ignore_failed_items = false, any_failed_item = false;
  bool no_log = false, ignore_unreachable = false, diff = false;
  std::optional<std::string> delegate_to = {};
  core::list deprecations = {};

  /// What the run waits for.
  enum class waiting : std::uint8_t { action, report, pause, retry } wait = waiting::action;

  task_step start();
  task_step begin_execution();
  task_step advance(execution::step s);
  task_step item_over(execution::outcome o);
  task_step next_item();
  task_step finish_loop();
  task_result finish(core::value result, bool raised = false);
  /// Nothing, and the item has failed, when it cannot be templated.
  std::optional<core::value> label_of(core::dict& result);
};

namespace {

/// A task's vars plus those of one iteration; keeps its parent alive.
class iteration_scope final : public templating::scope {
public:
  iteration_scope(std::shared_ptr<const templating::scope> parent, core::dict vars)
      : parent_(std::move(parent)), inner_(std::move(vars), parent_.get()) {}
  std::optional<core::value> lookup(std::string_view name) const override { return inner_.lookup(name); }
  std::vector<std::string_view> names() const override { return inner_.names(); }

private:
  std::shared_ptr<const templating::scope> parent_;
  templating::dict_scope inner_;
};

} // namespace

task_step task_run::state::start() {
  auto found = loop_items(*spec, *vars, templar);
  if (!found) {
    auto& e = found.error().what();
    keyword_reader reader(*spec, *vars, templar);
    ignore_errors = reader.boolean(spec->ignore_errors, false);
    if (e.category != "undefined") {
      no_log = reader.boolean(spec->no_log, false);
      core::dict failed = failed_result(e.message).as_dict();
      failed.set("_ansible_no_log", core::value(no_log));
      return finish(core::value(std::move(failed)), true);
    }
    loop_error = found.error();
    return begin_execution();
  }
  items = std::move(*found);
  if (!items) return begin_execution();
  if (items->empty())
    return finish(core::dict{{core::value("changed"), core::value(false)},
                             {core::value("skipped"), core::value(true)},
                             {core::value("skipped_reason"), core::value("No items in the list")},
                             {core::value("results"), core::value(core::list{})}});
  auto settings = read_loop_control(*spec, *vars, templar);
  if (!settings) return finish(failed_result(with_place(settings.error().message(), spec->where)));
  loop = std::move(*settings);
  return begin_execution();
}

task_step task_run::state::begin_execution() {
  auto scope = vars;
  if (items) {
    core::dict own = carried;
    own.update(iteration_vars(loop, *items, at));
    scope = std::make_shared<iteration_scope>(vars, std::move(own));
  }
  current = std::make_unique<execution>(spec, std::move(scope), templar, defaults, loop_error ? &*loop_error : nullptr);
  return advance(current->start());
}

task_step task_run::state::advance(execution::step s) {
  if (auto* request = std::get_if<action_request>(&s)) {
    wait = waiting::action;
    return std::move(*request);
  }
  if (auto* retry = std::get_if<retry_report>(&s)) {
    wait = waiting::retry;
    return std::move(*retry);
  }
  return item_over(std::move(std::get<execution::outcome>(s)));
}

std::optional<core::value> task_run::state::label_of(core::dict& result) {
  if (loop.label.empty()) return (*items)[at];
  auto label = templar.render(core::value(loop.label, core::trust::source), current->vars(), {}, spec->where);
  if (label) return std::move(*label);
  result.set("failed", core::value(true));
  result.set("msg", core::value("Failed to template loop_control.label: " + label.error().message()));
  return std::nullopt;
}

task_step task_run::state::item_over(execution::outcome o) {
  no_log |= o.no_log;
  if (items) carried.update(current->produced());
  diff |= o.diff;
  ignore_unreachable = o.ignore_unreachable;
  delegate_to = o.delegate_to;
  const bool item_failed = o.result["failed"].truthy();
  if (o.result["changed"].truthy() || !items)
    for (auto& name : o.notify) notify.push_back(name);
  if (!items || o.raised) {
    ignore_errors = o.ignore_errors;
    return finish(std::move(o.result), o.raised);
  }
  if (item_failed) {
    ignore_failed_items = any_failed_item ? ignore_failed_items && o.ignore_errors : o.ignore_errors;
    any_failed_item = true;
  }
  ignore_errors = any_failed_item ? ignore_failed_items : o.ignore_errors;
  core::dict result = o.result.as_dict();
  auto extra = iteration_vars(loop, *items, at);
  result.set(loop.loop_var, (*items)[at]);
  for (auto& e : extra) result.set_key(e.key, e.val);
  if (o.no_log) result.set("_ansible_no_log", core::value(true));
  result.set("_ansible_item_result", core::value(true));
  if (auto label = label_of(result)) result.set("_ansible_item_label", std::move(*label));
  core::value shown{core::dict(result)};
  // The task says them once, for all its items.
  for (auto& w : shown["warnings"].as_list()) warnings.push_back(w);
  for (auto& d : shown["deprecations"].as_list()) deprecations.push_back(d);
  result.erase("warnings");
  result.erase("deprecations");
  results.push_back(core::value(std::move(result)));
  wait = waiting::report;
  return item_report{std::move(shown), o.diff, o.delegate_to};
}

task_step task_run::state::next_item() {
  ++at;
  if (at == items->size()) return finish_loop();
  if (loop.pause > 0) {
    wait = waiting::pause;
    return pause_request{std::chrono::milliseconds(static_cast<std::int64_t>(loop.pause * 1000))};
  }
  return begin_execution();
}

task_step task_run::state::finish_loop() {
  core::dict out;
  bool changed = false, failed = false, skipped = true;
  for (auto& r : results) {
    changed |= r["changed"].truthy();
    failed |= r["failed"].truthy();
    skipped &= r["skipped"].truthy();
  }
  out.set("results", core::value(std::move(results)));
  out.set("skipped", core::value(skipped));
  if (changed) out.set("changed", core::value(true));
  if (failed) out.set("failed", core::value(true));
  if (!warnings.empty()) out.set("warnings", core::value(std::move(warnings)));
  if (!deprecations.empty()) out.set("deprecations", core::value(std::move(deprecations)));
  out.set("msg", core::value(skipped ? "All items skipped" : failed ? "One or more items failed" : "All items completed"));
  if (!changed) out.set("changed", core::value(false));
  return finish(core::value(std::move(out)));
}

task_result task_run::state::finish(core::value result, bool raised) {
  if (!raised && !result.as_dict().contains("changed")) {
    core::dict d = result.as_dict();
    d.set("changed", core::value(false));
    result = core::value(std::move(d));
  }
  task_result out;
  out.result = std::move(result);
  out.ignore_errors = ignore_errors;
  out.ignore_unreachable = ignore_unreachable;
  out.no_log = no_log;
  out.diff = diff;
  out.looped = items.has_value() && !raised;
  out.notify = std::move(notify);
  out.delegate_to = delegate_to;
  if (spec->register_as) out.register_as = core::to_str(spec->register_as.raw);
  return out;
}

task_run::task_run(std::shared_ptr<const task_spec> spec, std::shared_ptr<const templating::scope> vars,
                   const templating::templar& templar, run_defaults defaults)
    : state_(new state{std::move(spec), std::move(vars), templar, std::move(defaults), {}, {}, {}, 0, {}, {}, {}, {}}) {}

task_run::~task_run() = default;

task_step task_run::start() { return state_->start(); }

task_step task_run::resume(core::value result) { return state_->advance(state_->current->resume(std::move(result))); }

task_step task_run::resume() {
  switch (state_->wait) {
  case state::waiting::report: return state_->next_item();
  case state::waiting::pause: return state_->begin_execution();
  default: return state_->advance(state_->current->retry());
  }
}

} // namespace mito::engine

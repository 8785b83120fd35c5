#include "actors/play_machine.hpp"

#include <algorithm>

#include "actions/action.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

play_machine::play_machine(play_setup setup, callbacks out)
    : setup_(std::move(setup)), out_(std::move(out)), linear_(*setup_.plan, setup_.hosts.size()) {}

void play_machine::begin() {
  auto& env = *setup_.env;
  report::play_started started;
  static std::atomic<std::uint64_t> counter{0};
  started.id = ++counter;
  started.name = setup_.plan->name;
  started.check = env.defaults.check;
  started.where = setup_.play->where;
  started.hosts = setup_.names;
  report_event(env, std::move(started));
  for (host_index i = 0; i < setup_.failed_before.size(); ++i)
    if (setup_.failed_before[i]) linear_.finished(i, strategy::outcome::failed);
  auto scope = env.store->play_scope();
  for (std::size_t i = 0; i < setup_.plan->handlers.size(); ++i) {
    auto& name = setup_.plan->handlers[i].spec->name;
    if (!templating::templar::is_template(std::string_view(name))) continue;
    auto rendered = env.templar->render(core::value(name, core::trust::source), *scope);
    if (rendered) linear_.set_handler_name(i, core::to_str(*rendered));
  }
  fan_out_connections();
  next_round();
}

namespace {

/// The first task that needs the host itself; nothing when all of them run on the controller.
const strategy::planned_task* first_remote(const std::vector<strategy::plan_item>& items) {
  for (auto& i : items) {
    if (i.block) {
      if (auto* t = first_remote(i.block->body)) return t;
      continue;
    }
    auto& spec = *i.task->spec;
    static constexpr std::string_view here[] = {"add_host", "assert", "debug", "fail", "group_by", "meta", "pause", "set_fact"};
    if (std::find(std::begin(here), std::end(here), spec.action) != std::end(here) || spec.delegate_to || spec.run_once) continue;
    return i.task.get();
  }
  return nullptr;
}

} // namespace

/// All hosts of the batch set up their connections at once, before the first task asks for one.
void play_machine::fan_out_connections() {
  auto* task = first_remote(setup_.plan->root.body);
  if (!task) return;
  auto& env = *setup_.env;
  for (host_index i = 0; i < setup_.hosts.size(); ++i) {
    if (!linear_.live(i)) continue;
    auto vars = scope_of(i, *task, nullptr);
    if (!vars) continue;
    engine::keyword_reader reader(*task->spec, *vars, *env.templar);
    auto spec = resolve_connection(env, *vars, setup_.names[i], reader.text(task->spec->connection), reader.text(task->spec->remote_user));
    // What is wrong with it is said by the first task, should one run on this host.
    if (spec) out_.connect(*spec);
  }
}

std::shared_ptr<const templating::scope> play_machine::scope_of(host_index host, const strategy::planned_task& t,
                                                                std::string* error) const {
  playbook::task_state state;
  state.task = t.source.get();
  state.blocks = t.blocks;
  auto scope = setup_.env->store->scope_for(setup_.hosts[host], state);
  if (scope) return *scope;
  if (error) *error = scope.error().message();
  return nullptr;
}

report::task_ref play_machine::describe(const strategy::planned_task& t, const templating::scope* vars, bool handler) {
  auto& spec = *t.spec;
  auto info = std::make_shared<report::task_info>();
  info->id = ++task_counter_;
  info->origin = reinterpret_cast<std::uintptr_t>(t.source.get());
  info->name = spec.name;
  if (vars && templating::templar::is_template(std::string_view(spec.name))) {
    templating::render_options lenient;
    lenient.fail_on_undefined = false;
    auto name = setup_.env->templar->render(core::value(spec.name, core::trust::source), *vars, lenient);
    if (name) info->name = core::to_str(*name);
  }
  if (info->name.empty()) info->name = spec.action_as_written;
  info->written_name = spec.name.empty() ? spec.action_as_written : spec.name;
  info->action = spec.action_as_written;
  info->short_action = spec.action;
  info->where = spec.where;
  info->loop = spec.loop != engine::loop_form::none;
  info->handler = handler;
  info->args = spec.args;
  info->check = setup_.env->defaults.check;
  // Where only a host's variables can tell, the arguments are not shown.
  info->hide_args = spec.no_log && spec.no_log.raw.truthy();
  if (vars) {
    info->no_log = spec.no_log && boolean_keyword(spec.no_log, *vars, spec);
    info->ignore_unreachable = spec.ignore_unreachable && boolean_keyword(spec.ignore_unreachable, *vars, spec);
    if (spec.check_mode) info->check = boolean_keyword(spec.check_mode, *vars, spec);
  }
  return info;
}

bool play_machine::boolean_keyword(const engine::field& f, const templating::scope& vars, const engine::task_spec& spec) const {
  engine::keyword_reader reader(spec, vars, *setup_.env->templar);
  return reader.boolean(f, false);
}

void play_machine::next_round() {
  // Rounds that need no host (meta tasks) follow each other here, in a loop.
  while (!over_) {
    auto r = linear_.next();
    if (!r) return finish();
    if (r->task->spec->action == "meta") {
      run_meta(*r);
      continue;
    }
    if (start_round(std::move(*r))) return;
    round_over();
  }
}

/// False: nothing was started (every host's variables were broken).
bool play_machine::start_round(strategy::round r) {
  auto& env = *setup_.env;
  round_ = std::move(r);
  auto& task = *round_.task;
  std::string error;
  auto first = scope_of(round_.hosts.front(), task, &error);
  auto* entry = actions::find(task.spec->action);
  once_ = (entry && entry->once) || (first && boolean_keyword(task.spec->run_once, *first, *task.spec));
  bool ignored = first && boolean_keyword(task.spec->ignore_errors, *first, *task.spec);
  fatal_ = (once_ || (first && boolean_keyword(task.spec->any_errors_fatal, *first, *task.spec))) && !ignored;
  round_failed_ = false;
  info_ = describe(task, first.get(), round_.handler);
  report_event(env, report::task_started{info_});
  auto count = once_ ? 1 : round_.hosts.size();
  outstanding_ = count;
  for (std::size_t n = 0; n < count; ++n) {
    auto host = round_.hosts[n];
    auto order = std::make_shared<task_order>();
    order->index = host;
    order->host = setup_.hosts[host];
    order->host_name = setup_.names[host];
    order->spec = task.spec;
    order->info = info_;
    order->vars = n == 0 ? first : scope_of(host, task, &error);
    if (order->vars) {
      out_.run(std::move(order));
      continue;
    }
    task_done d;
    d.index = host;
    d.result.result = engine::failed_result(error);
    --outstanding_;
    judge(d);
  }
  return outstanding_ > 0;
}

void play_machine::done(task_done d) {
  if (over_) return;
  judge(d);
  if (--outstanding_ > 0) return;
  round_over();
  next_round();
}

void play_machine::round_over() {
  if (stop_for_failures()) return finish();
  update_active_hosts();
}

void play_machine::update_active_hosts() {
  std::vector<playbook::host_id> active;
  for (host_index i = 0; i < setup_.hosts.size(); ++i)
    if (!linear_.failed(i) && !linear_.unreachable(i)) active.push_back(setup_.hosts[i]);
  if (active.size() != setup_.hosts.size()) setup_.env->store->update_hosts(active, active);
}

/// any_errors_fatal and max_fail_percentage. True: the play is over.
bool play_machine::stop_for_failures() {
  if (fatal_ && round_failed_) {
    // Hosts that are being rescued go on; if none is, nothing does.
    for (host_index i = 0; i < setup_.hosts.size(); ++i)
      if (linear_.live(i) && !linear_.rescuing(i)) linear_.fail_host(i);
    outcome_.broken = true;
    if (linear_.live_count() == 0) {
      report_event(*setup_.env, report::no_hosts_remaining{});
      return true;
    }
  }
  double limit = setup_.plan->max_fail_percentage;
  if (limit >= 0 && round_failed_ &&
      static_cast<double>(linear_.failed_count()) / static_cast<double>(setup_.hosts.size()) > limit / 100.0) {
    linear_.fail_all();
    outcome_.broken = true;
    // Ansible 2.14 says it twice here: for the percentage, and because nobody is left.
    report_event(*setup_.env, report::no_hosts_remaining{});
    report_event(*setup_.env, report::no_hosts_remaining{});
    return true;
  }
  return false;
}

void play_machine::interrupt() {
  if (over_) return;
  outcome_.interrupted = true;
  finish();
}

void play_machine::finish() {
  if (over_) return;
  over_ = true;
  for (host_index i = 0; i < setup_.hosts.size(); ++i) {
    if (linear_.unreachable(i)) outcome_.unreachable.push_back(setup_.hosts[i]);
    else if (linear_.failed(i)) outcome_.failed.push_back(setup_.hosts[i]);
  }
  out_.over(std::make_shared<const play_outcome>(outcome_));
}

} // namespace mito::actors

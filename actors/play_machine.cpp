#include "actors/play_machine.hpp"

#include <algorithm>

#include "actions/action.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"
#include "playbook/inventory/matcher.hpp"

namespace mito::actors {

play_machine::play_machine(play_setup setup, callbacks out)
    : setup_(std::move(setup)), out_(std::move(out)), linear_(*setup_.plan, setup_.hosts.size()), current_(*setup_.play) {
  rounds_.resize(setup_.hosts.size());
  if (setup_.strategy != strategy::kind::linear)
    free_.emplace(setup_.hosts.size(), setup_.strategy == strategy::kind::host_pinned ? setup_.env->forks : setup_.hosts.size());
}

void play_machine::begin() {
  auto& env = *setup_.env;
  report::play_started started;
  static std::atomic<std::uint64_t> counter{0};
  started.id = ++counter;
  started.name = setup_.plan->name;
  started.check = env.defaults.check;
  started.lockstep = !free_;
  started.where = setup_.play->where;
  started.hosts = setup_.names;
  report_event(env, std::move(started));
  for (host_index i = 0; i < setup_.failed_before.size(); ++i)
    if (setup_.failed_before[i]) linear_.finished(i, strategy::outcome::failed);
  name_handlers(0);
  start_at_task();
  fan_out_connections();
  next_round();
}

/// --start-at-task: every host skips to the task of that name. Plays without it run nothing.
void play_machine::start_at_task() {
  auto& wanted = setup_.env->progress->start_at;
  if (wanted.empty()) return;
  bool found = false;
  auto matches = [&](const strategy::planned_task& t) {
    auto& spec = *t.spec;
    if (spec.implicit) return false;
    auto& name = spec.name.empty() ? spec.action_as_written : spec.name;
    return playbook::glob_matches(wanted, name) || (!spec.role.empty() && playbook::glob_matches(wanted, spec.role + " : " + name));
  };
  for (host_index i = 0; i < setup_.hosts.size(); ++i) found |= linear_.start_at(i, matches);
  if (found) wanted.clear();
}

bool play_machine::wanted_by_user(const strategy::planned_task& t, const report::task_ref& info) {
  auto& progress = *setup_.env->progress;
  if (!progress.step || t.spec->implicit) return true;
  auto answer = setup_.env->ask ? setup_.env->ask("Perform task: TASK: " + info->name + " (N)o/(y)es/(c)ontinue: ", true) : std::nullopt;
  auto word = answer.value_or("");
  for (char& c : word) c = static_cast<char>(c | 32);
  if (word == "c" || word == "continue") progress.step = false;
  return word == "y" || word == "yes" || !progress.step;
}

/// Templated names of handlers, from that one on, with what is known without a host.
void play_machine::name_handlers(std::size_t from) {
  auto& env = *setup_.env;
  auto scope = env.store->play_scope();
  linear_.handlers_added();
  for (auto i = from; i < setup_.plan->handlers.size(); ++i) {
    auto& name = setup_.plan->handlers[i]->spec->name;
    if (!templating::templar::is_template(std::string_view(name))) continue;
    auto rendered = env.templar->render(core::value(name, core::trust::source), *scope);
    if (rendered) linear_.set_handler_name(i, core::to_str(*rendered));
  }
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
    static constexpr std::string_view here[] = {"add_host", "assert", "debug", "fail", "group_by", "include_role", "include_tasks",
                                                "include_vars", "meta", "pause", "set_fact", "validate_argument_spec"};
    if (std::find(std::begin(here), std::end(here), spec.action) != std::end(here) || spec.delegate_to || spec.run_once) continue;
    return i.task.get();
  }
  return nullptr;
}

} // namespace

/// All hosts of the batch set up their connections at once, before the first task asks for one.
void play_machine::fan_out_connections() {
  auto* task = first_remote(setup_.plan->root->body);
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
  state.vars = t.vars;
  state.include_params = t.include_params;
  state.magic = t.magic;
  if (t.around) state.role = t.around->role_variables.get();
  auto scope = setup_.env->store->scope_for(setup_.hosts[host], state);
  if (scope) return *scope;
  if (error) *error = scope.error().message();
  return nullptr;
}

report::task_ref play_machine::describe(const strategy::planned_task& t, const templating::scope* vars, bool handler) {
  auto& spec = *t.spec;
  auto info = std::make_shared<report::task_info>();
  // Under `free` hosts come to a task at different times; it is one task all the same.
  auto& id = task_ids_[&t];
  if (!free_ || id == 0) id = ++setup_.env->progress->tasks;
  info->id = id;
  // What an include brings is new each time. A role that stands in a play twice has each task at two places.
  if (t.source && t.order.size() == 1)
    info->origin = reinterpret_cast<std::uintptr_t>(t.source.get()) ^ (static_cast<std::uint64_t>(t.order.front()) << 48);
  info->name = spec.name;
  if (vars && templating::templar::is_template(std::string_view(spec.name))) {
    templating::render_options lenient;
    lenient.fail_on_undefined = false;
    auto name = setup_.env->templar->render(core::value(spec.name, core::trust::source), *vars, lenient);
    if (name) info->name = core::to_str(*name);
  }
  if (info->name.empty() && spec.action == "include_role") {
    auto role = spec.args.text("name");
    info->name = spec.action_as_written + " : " + std::string(role.empty() ? spec.args.text("role") : role);
  }
  if (info->name.empty()) info->name = spec.action_as_written;
  info->written_name = spec.name.empty() ? info->name : spec.name;
  // An include_role speaks for the role that it brings, not for the one it stands in.
  if (!spec.role.empty() && spec.action != "include_role") {
    info->name = spec.role + " : " + info->name;
    info->written_name = spec.role + " : " + info->written_name;
  }
  info->role = spec.role;
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
  if (free_) return next_free_rounds();
  // Rounds that need no host (meta tasks) follow each other here, in a loop.
  while (!over_) {
    auto r = linear_.next();
    if (!r) return finish();
    now_ = std::make_shared<running_round>();
    if (r->task->spec->action == "meta") {
      run_meta(*r);
      continue;
    }
    if (start_round(std::move(*r))) return;
    round_over();
  }
}

/// free and host_pinned: every idle host goes on with its own next task.
void play_machine::next_free_rounds() {
  while (!over_) {
    auto host = free_->next();
    if (!host) break;
    auto r = linear_.next_of(*host);
    if (!r) {
      free_->gone(*host);
      continue;
    }
    now_ = std::make_shared<running_round>();
    if (r->task->spec->action == "meta") {
      run_meta(*r);
    } else if (start_round(std::move(*r))) {
      continue;
    } else {
      round_over();
    }
    free_->idle(*host);
  }
  if (!over_ && free_->all_gone()) finish();
}

/// False: nothing was started (every host's variables were broken).
bool play_machine::start_round(strategy::round r) {
  auto& env = *setup_.env;
  now_->round = std::move(r);
  auto& task = *now_->round.task;
  std::string error;
  auto first = scope_of(now_->round.hosts.front(), task, &error);
  auto* entry = actions::find(task.spec->action);
  bool once = first && boolean_keyword(task.spec->run_once, *first, *task.spec);
  if (free_ && entry && entry->once) {
    outcome_.error = "The '" + task.spec->action_as_written + "' module bypasses the host loop, which is currently not supported in the " +
                     (setup_.strategy == strategy::kind::free ? "free" : "host_pinned") +
                     " strategy and would instead execute for every host in the inventory list.";
    finish();
    return true;
  }
  if (free_ && once)
    report_event(env, report::message{core::severity::warning, 0, "",
                                      "Using run_once with the free strategy is not currently supported. This task will still be "
                                      "executed for every host in the inventory list."});
  now_->once = !free_ && ((entry && entry->once) || once);
  bool ignored = first && boolean_keyword(task.spec->ignore_errors, *first, *task.spec);
  now_->fatal = (now_->once || (first && boolean_keyword(task.spec->any_errors_fatal, *first, *task.spec))) && !ignored;
  now_->failed = false;
  now_->info = describe(task, first.get(), now_->round.handler);
  if (!wanted_by_user(task, now_->info)) {
    for (auto host : now_->round.hosts) linear_.finished(host, strategy::outcome::ok);
    return false;
  }
  report_event(env, report::task_started{now_->info});
  unsigned throttle = 0;
  if (first && task.spec->throttle) {
    engine::keyword_reader reader(*task.spec, *first, *env.templar);
    throttle = static_cast<unsigned>(std::max(0.0, reader.number(task.spec->throttle, 0)));
  }
  auto count = now_->once ? 1 : now_->round.hosts.size();
  now_->outstanding = count;
  // Answers may come before the last host is asked: the round must be known by then.
  auto started = now_;
  for (std::size_t n = 0; n < count; ++n) rounds_[started->round.hosts[n]] = started;
  for (std::size_t n = 0; n < count; ++n) {
    auto host = started->round.hosts[n];
    auto order = std::make_shared<task_order>();
    order->index = host;
    order->host = setup_.hosts[host];
    order->host_name = setup_.names[host];
    order->spec = task.spec;
    order->info = now_->info;
    order->directory = setup_.play->directory;
    order->throttle = throttle;
    order->vars = n == 0 ? first : scope_of(host, task, &error);
    if (order->vars) {
      out_.run(std::move(order));
      continue;
    }
    task_done d;
    d.index = host;
    d.result.result = engine::failed_result(error);
    --started->outstanding;
    rounds_[host] = nullptr;
    judge(d);
  }
  return started->outstanding > 0;
}

void play_machine::done(task_done d) {
  if (over_ || !rounds_[d.index]) return;
  now_ = std::move(rounds_[d.index]);
  auto host = d.index;
  judge(d);
  if (--now_->outstanding > 0) return;
  round_over();
  if (free_) free_->idle(host);
  if (!over_) next_round();
}

void play_machine::round_over() {
  run_includes();
  if (over_) return;
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
  if (now_->fatal && now_->failed) {
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
  if (limit >= 0 && now_->failed &&
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

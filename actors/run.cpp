#include "actors/run.hpp"

#include <algorithm>
#include <mutex>
#include <set>

#include "actors/host_context.hpp"
#include "actors/prompts.hpp"
#include "actors/supervisor.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"
#include "playbook/inventory/patterns.hpp"

namespace mito::actors {

namespace {

class pool_connector final : public connector {
public:
  explicit pool_connector(transport::pool_options options) : options_(std::move(options)) {}
  std::shared_ptr<transport::stream> open_ssh(const transport::ssh_target& target, std::string command,
                                              std::shared_ptr<transport::stream_sink> sink) override {
    return pool().open(target, std::move(command), std::move(sink));
  }
  std::shared_ptr<transport::stream> open_process(const transport::process_target& target,
                                                  std::shared_ptr<transport::stream_sink> sink) override {
    return pool().open(target, std::move(sink));
  }

private:
  /// Threads start with the first connection: a play without hosts has none.
  transport::io_pool& pool() {
    std::lock_guard lock(mutex_);
    if (!pool_) pool_ = std::make_unique<transport::io_pool>(options_);
    return *pool_;
  }
  std::mutex mutex_;
  transport::pool_options options_;
  std::unique_ptr<transport::io_pool> pool_;
};

} // namespace

struct run::impl {
  run_options options;
  const templating::templar& templar;
  playbook::variable_store& store;
  config system_config;
  std::unique_ptr<pool_connector> streams;
  std::unique_ptr<caf::actor_system> system;
  std::shared_ptr<environment> env;
  std::shared_ptr<run_stats> stats = std::make_shared<run_stats>();
  std::set<playbook::host_id> failed, unreachable;
  std::mutex mutex;
  supervisor_actor current;
  bool interrupted = false, aborted = false;

  impl(run_options o, const templating::templar& t, playbook::variable_store& s,
       std::vector<std::shared_ptr<report::sink>> sinks)
      : options(std::move(o)), templar(t), store(s) {
    system_config.threads(2);
    streams = std::make_unique<pool_connector>(options.io);
    system = std::make_unique<caf::actor_system>(system_config);
    env = std::make_shared<environment>();
    env->templar = &templar;
    env->store = &store;
    env->streams = streams.get();
    env->defaults = options.defaults;
    if (options.connection) env->connection = *options.connection;
    env->forks = options.forks;
    env->verbosity = options.verbosity;
    env->interactive = options.interactive;
    env->progress->start_at = options.plan.start_at_task;
    env->progress->step = options.step;
    if (options.interactive) env->ask = options.io.prompts.ask;
    env->want_invocation = options.want_invocation || options.verbosity > 2;
    env->reporter = system->spawn(reporter, std::move(sinks));
    // The contexts need no directory: their copy of the environment stays without, or it would keep itself alive.
    env->directory = system->spawn(directory, environment_ptr(std::make_shared<environment>(*env)));
  }

  void say(core::severity level, std::string text) {
    report_event(*env, report::message{level, 0, "", std::move(text)});
  }

  int play(const std::shared_ptr<const playbook::play>& p, bool& stop);
  int batch(const std::shared_ptr<const playbook::play>& p, const std::shared_ptr<const strategy::plan>& plan, strategy::kind strategy,
            const std::vector<playbook::host_id>& hosts, const std::vector<playbook::host_id>& all, bool& stop, bool& next_batch);
  core::expected<std::vector<playbook::host_id>> hosts_of(const playbook::play& p, const templating::scope& vars);
  core::expected<void> ask_prompts(const playbook::play& p);
  void show_stats();
};

core::expected<std::vector<playbook::host_id>> run::impl::hosts_of(const playbook::play& p, const templating::scope& vars) {
  auto pattern = templar.render(p.hosts.raw, vars, {}, p.hosts.where);
  if (!pattern) return pattern.error();
  std::vector<playbook::host_id> out;
  std::vector<core::diagnostic> warnings;
  std::optional<core::error> error;
  auto order = templar.render(p.order.raw, vars, {}, p.order.where);
  if (!order) return order.error();
  store.change_inventory([&](playbook::inventory& inv) {
    auto found = playbook::select_hosts(inv, *pattern, options.limit);
    if (!found) {
      error = found.error();
      return;
    }
    out = std::move(found->hosts);
    warnings = std::move(found->warnings);
    if (order->is_none()) return;
    if (auto sorted = playbook::order_hosts(inv, out, core::to_str(*order)); !sorted) error = sorted.error();
  });
  for (auto& w : warnings) say(core::severity::warning, w.message);
  if (error) return *error;
  return out;
}

int run::impl::play(const std::shared_ptr<const playbook::play>& p, bool& stop) {
  playbook::play_state state;
  state.current = p;
  if (auto begun = store.begin_play(state); !begun) {
    say(core::severity::error, begun.error().message());
    stop = aborted = true;
    return 1;
  }
  auto vars = store.play_scope();
  auto hosts = hosts_of(*p, *vars);
  if (!hosts) {
    say(core::severity::error, core::render(hosts.error().what()));
    stop = true;
    return 1;
  }
  // The name is final before anything asks for ansible_play_name; the hosts are known now: magic variables name them.
  auto named = std::make_shared<playbook::play>(*p);
  if (auto name = templar.render(core::value(p->name, core::trust::source), *vars)) named->name = core::to_str(*name);
  state.current = named;
  state.all = state.active = state.batch = *hosts;
  if (auto begun = store.begin_play(state); !begun) {
    say(core::severity::error, begun.error().message());
    stop = aborted = true;
    return 1;
  }
  if (auto asked = ask_prompts(*p); !asked) {
    say(core::severity::error, asked.error().message());
    stop = aborted = true;
    return 1;
  }
  auto roles = p->roles;
  roles.insert(roles.end(), p->imported_roles.begin(), p->imported_roles.end());
  store.set_play_roles(roles);
  vars = store.play_scope();
  auto final = [&](const playbook::field& f) {
    if (!f) return core::value();
    auto v = templar.render(f.raw, *vars, {}, f.where);
    if (v) return std::move(*v);
    say(core::severity::error, core::render(v.error().what()));
    stop = true;
    return core::value();
  };
  auto gather = final(p->gather_facts);
  auto serial = final(p->serial);
  auto force = final(p->force_handlers);
  auto percentage = final(p->max_fail_percentage);
  auto strategy_name = p->strategy ? core::to_str(final(p->strategy)) : options.strategy;
  auto strategy = strategy::kind_of(strategy_name);
  if (!strategy) {
    say(core::severity::error, "Invalid play strategy specified: " + strategy_name);
    stop = aborted = true;
    return 1;
  }
  if (stop) return 4;
  auto batches = playbook::batches(*hosts, serial);
  if (!batches) {
    say(core::severity::error, batches.error().message());
    stop = true;
    return 4;
  }
  bool gathers = gather.is_none() ? options.gather_by_default : engine::to_boolean(gather).value_or(true);
  auto plan = std::make_shared<strategy::plan>(strategy::make_plan(*p, gathers, options.plan));
  plan->force_handlers = options.force_handlers || engine::to_boolean(force).value_or(false);
  if (percentage.is_int() || percentage.is_real()) plan->max_fail_percentage = percentage.as_real();
  if (plan->name.empty()) plan->name = core::to_str(final(p->hosts));
  if (auto name = templar.render(core::value(plan->name, core::trust::source), *vars)) plan->name = core::to_str(*name);
  if (hosts->empty()) {
    report::play_started started;
    started.where = p->where;
    started.name = plan->name;
    report_event(*env, std::move(started));
    report_event(*env, report::no_hosts_matched{});
    return 0;
  }
  int code = 0;
  for (auto& b : *batches) {
    bool next_batch = true;
    code = batch(p, plan, *strategy, b, *hosts, stop, next_batch);
    if (stop || !next_batch) break;
  }
  return code;
}

int run::impl::batch(const std::shared_ptr<const playbook::play>& p, const std::shared_ptr<const strategy::plan>& plan,
                     strategy::kind strategy, const std::vector<playbook::host_id>& hosts, const std::vector<playbook::host_id>& all, bool& stop,
                     bool& next_batch) {
  play_setup setup;
  setup.env = env;
  setup.play = p;
  setup.plan = std::make_shared<strategy::plan>(*plan);
  setup.options = options.plan;
  setup.strategy = strategy;
  setup.load = options.load;
  setup.stats = stats;
  setup.play_hosts = all;
  store.read_inventory([&](const playbook::inventory& inv) {
    for (auto id : hosts) {
      if (unreachable.count(id)) continue;
      setup.hosts.push_back(id);
      setup.names.push_back(inv.at(id).name);
      setup.failed_before.push_back(failed.count(id) > 0);
    }
  });
  std::vector<playbook::host_id> active;
  for (auto id : setup.hosts)
    if (!failed.count(id)) active.push_back(id);
  store.update_hosts(active, active);
  auto before = failed.size() + unreachable.size();
  caf::scoped_actor self(*system);
  supervisor_actor actor;
  {
    std::lock_guard lock(mutex);
    if (interrupted) {
      stop = true;
      return 99;
    }
    current = actor = system->spawn(supervisor, std::move(setup));
  }
  play_outcome_ptr outcome;
  self->request(actor, caf::infinite, begin_v)
    .receive([&](const play_outcome_ptr& o) { outcome = o; },
             [&](const caf::error& e) { say(core::severity::error, "the play ended unexpectedly: " + text_of(*system, e)); });
  {
    std::lock_guard lock(mutex);
    current = supervisor_actor();
  }
  if (!outcome) {
    stop = true;
    return 250;
  }
  failed.insert(outcome->failed.begin(), outcome->failed.end());
  unreachable.insert(outcome->unreachable.begin(), outcome->unreachable.end());
  if (!outcome->error.empty()) {
    say(core::severity::error, outcome->error);
    stop = aborted = true;
    return 1;
  }
  if (outcome->interrupted) {
    stop = true;
    return 99;
  }
  if (outcome->ended) next_batch = false;
  if (outcome->broken || failed.size() + unreachable.size() - before == hosts.size()) stop = true;
  if (outcome->broken) return 2;
  if (!unreachable.empty()) return 4;
  return std::any_of(hosts.begin(), hosts.end(), [&](auto id) { return failed.count(id); }) ? 2 : 0;
}

/// vars_prompt: what -e does not give is asked for before the play starts.
core::expected<void> run::impl::ask_prompts(const playbook::play& p) {
  if (p.prompts.empty()) return {};
  // All that was printed before stands on the terminal before the question.
  caf::scoped_actor self(*system);
  self->request(env->reporter, caf::infinite, wake_v).receive([](bool) {}, [](const caf::error&) {});
  prompter ask{options.interactive ? options.io.prompts.ask : nullptr, [&](std::string text) { say(core::severity::warning, text); }};
  auto answers = ask_variables(p, store.extra_vars(), templar, ask);
  if (!answers) return answers.error();
  store.set_prompted(std::move(*answers));
  return {};
}

void run::impl::show_stats() {
  report::run_finished done;
  done.stats = stats->hosts;
  done.custom_stats = stats->custom;
  std::set<std::string> retries;
  store.read_inventory([&](const playbook::inventory& inv) {
    for (auto id : failed) retries.insert(inv.at(id).name);
    for (auto id : unreachable) retries.insert(inv.at(id).name);
  });
  done.to_retry.assign(retries.begin(), retries.end());
  done.interrupted = interrupted;
  report_event(*env, std::move(done));
}

run::run(run_options options, const templating::templar& templar, playbook::variable_store& store,
         std::vector<std::shared_ptr<report::sink>> sinks)
    : impl_(std::make_unique<impl>(std::move(options), templar, store, std::move(sinks))) {}

run::~run() {
  auto& env = *impl_->env;
  post(env.directory, stop_v);
  caf::scoped_actor self(*impl_->system);
  self->request(env.reporter, caf::infinite, finish_v).receive([](bool) {}, [](const caf::error&) {});
  impl_->env.reset();
}

int run::execute(const std::vector<playbook::playbook>& books) {
  int code = 0;
  for (auto& book : books) {
    report_event(*impl_->env, report::run_started{book.path, impl_->options.defaults.check});
    report_event(*impl_->env, report::message{core::severity::note, 2, "", std::to_string(book.plays.size()) + " plays in " + book.path});
    bool stop = false;
    for (auto& p : book.plays) {
      code = impl_->play(std::make_shared<const playbook::play>(p), stop);
      if (stop) break;
    }
    // An error of the run itself has no recap, as in Ansible.
    if (!impl_->aborted) impl_->show_stats();
    if (code != 0) break;
  }
  return code;
}

void run::interrupt() {
  std::lock_guard lock(impl_->mutex);
  impl_->interrupted = true;
  if (impl_->current) post(impl_->current, stop_v);
}

} // namespace mito::actors

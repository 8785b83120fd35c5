#define CAF_SUITE actors.fixture
#include "fixture.hpp"

#include "actions/action.hpp"
#include "bootstrap/images.hpp"
#include "core/json.hpp"
#include "protocol/features.hpp"
#include "protocol/limits.hpp"

namespace actors_test {

namespace {

class fake_stream final : public transport::stream {
public:
  explicit fake_stream(std::shared_ptr<stream_log> log) : log_(std::move(log)) {}
  ~fake_stream() override { log_->dropped = true; }
  void write(std::string bytes) override { log_->written += bytes; }
  std::size_t queued() const override { return log_->queued; }
  void pause(bool) override {}
  void finish() override { log_->finished = true; }
  void abort() override { log_->aborted = true; }

private:
  std::shared_ptr<stream_log> log_;
};

actors::directory_actor::behavior_type
fake_directory(actors::directory_actor::stateful_pointer<fake_directory_state> self, fixture* world) {
  return {
    [self, world](actors::get_atom, const actors::connection_ptr& spec) {
      auto& actor = self->state.hosts[spec->host];
      if (!actor) {
        auto script = world->scripts[spec->host] = std::make_shared<host_script>();
        actor = world->script_actors[spec->host] = self->spawn(fake_host, script);
      }
      return actor;
    },
    [self](actors::stop_atom) {
      for (auto& [name, host] : self->state.hosts) self->send(host, actors::stop_v);
      self->state.hosts.clear();
      self->quit();
    },
  };
}

struct owner_state {
  static inline const char* name = "owner";
};

/// In a supervisor's place: keeps what task runners report.
actors::supervisor_actor::behavior_type owner_of(actors::supervisor_actor::stateful_pointer<owner_state>,
                                                 std::vector<actors::task_done_ptr>* done) {
  return {
    [](actors::begin_atom) { return actors::play_outcome_ptr(); },
    [done](const actors::task_done_ptr& d) { done->push_back(d); },
    [](actors::stop_atom) {},
  };
}

} // namespace

core::value json(std::string_view text) {
  auto v = core::parse_json(text);
  if (!v) CAF_FAIL("broken JSON in a test: " << text);
  return *v;
}

std::shared_ptr<transport::stream> fake_connector::open_ssh(const transport::ssh_target& target, std::string command,
                                                            std::shared_ptr<transport::stream_sink> sink) {
  opening o;
  o.ssh = target;
  o.command = std::move(command);
  o.sink = std::move(sink);
  all.push_back(std::move(o));
  return std::make_shared<fake_stream>(all.back().log);
}

std::shared_ptr<transport::stream> fake_connector::open_process(const transport::process_target& target,
                                                                std::shared_ptr<transport::stream_sink> sink) {
  opening o;
  o.local = true;
  o.argv = target.argv;
  o.sink = std::move(sink);
  all.push_back(std::move(o));
  return std::make_shared<fake_stream>(all.back().log);
}

std::vector<far_agent::frame> far_agent::frames() {
  if (!begun_) {
    at_ = open_.local ? 0 : bootstrap::images().front().first.size();
    begun_ = true;
  }
  mito::protocol::decoder decoder(mito::protocol::max_body_to_agent);
  if (open_.log->written.size() < at_) return {};
  decoder.feed(std::string_view(open_.log->written).substr(at_));
  std::vector<frame> out;
  for (mito::protocol::frame f; decoder.next(f);) {
    out.push_back({f.header, std::string(f.body)});
    at_ += f.bytes.size();
  }
  CAF_CHECK_EQUAL(std::string(decoder.error()), "");
  return out;
}

std::vector<far_agent::request> far_agent::requests() {
  std::vector<request> out;
  for (auto& f : frames()) {
    if (f.header.type != mito::protocol::type::request) continue;
    auto r = mito::protocol::request::decode(f.body, f.header.flags);
    CAF_REQUIRE(r.has_value());
    out.push_back({f.header.id, f.header.hop, *r});
  }
  return out;
}

void far_agent::hello(std::uint16_t hop, std::uint64_t uid) {
  mito::protocol::hello h;
  for (auto f : mito::protocol::features::all) h.features.emplace_back(f);
  h.machine = std::string(bootstrap::images().front().machine);
  h.system = "Linux";
  h.node = "far";
  h.pid = 1;
  h.uid = uid;
  h.via = "test";
  std::string bytes;
  if (hop == 0) bytes = mito::protocol::magic;
  mito::protocol::append_message(bytes, {.hop = hop, .type = mito::protocol::type::hello}, h);
  if (hop == 0) open_.sink->opened();
  open_.sink->received(std::move(bytes));
}

void far_agent::answer(std::uint32_t id, std::string_view json_text, std::uint16_t hop) {
  std::string bytes;
  mito::protocol::append_frame(bytes, {.hop = hop, .type = mito::protocol::type::result, .id = id}, json_text);
  open_.sink->received(std::move(bytes));
}

void far_agent::hop_failed(std::uint16_t hop, std::string message) {
  std::string bytes;
  mito::protocol::append_message(bytes, {.type = mito::protocol::type::hop_failed, .id = hop},
                                 mito::protocol::hop_report{mito::protocol::hop_report::reason::become, std::move(message)});
  open_.sink->received(std::move(bytes));
}

void far_agent::close(std::string message, std::string hint) {
  transport::close_info why;
  why.message = std::move(message);
  why.hint = std::move(hint);
  open_.sink->closed(std::move(why));
}

void host_script::answer(std::string_view json_text) {
  auto reply = std::make_shared<actors::module_reply>();
  reply->result = json(json_text);
  give(std::move(reply));
}

void host_script::fail(bootstrap::link_failure why) {
  auto reply = std::make_shared<actors::module_reply>();
  reply->failure = std::move(why);
  give(std::move(reply));
}

/// Through a message: a promise is delivered by its own actor.
void host_script::give(actors::module_reply_ptr reply) {
  CAF_REQUIRE(!calls.empty());
  given.emplace_back(calls.front().answer, std::move(reply));
  calls.pop_front();
  caf::anon_send(me, actors::tick_v);
}

fake_host_state::~fake_host_state() {
  if (!script) return;
  script->me = nullptr;
  for (auto& call : std::exchange(script->calls, {})) {
    auto reply = std::make_shared<actors::module_reply>();
    reply->failure = bootstrap::link_failure{};
    reply->failure->message = "the host's actor died";
    call.answer.deliver(actors::module_reply_ptr(std::move(reply)));
  }
}

actors::host_context_actor::behavior_type fake_host(actors::host_context_actor::stateful_pointer<fake_host_state> self,
                                                    std::shared_ptr<host_script> script) {
  self->state.script = script;
  script->me = actors::host_context_actor(self);
  return {
    [script](actors::connect_atom) { ++script->connects; },
    [self, script](actors::invoke_atom, const actors::module_request_ptr& r) -> caf::result<actors::module_reply_ptr> {
      auto promise = self->make_response_promise<actors::module_reply_ptr>();
      script->calls.push_back({r, promise});
      return promise;
    },
    [](actors::invoke_atom, std::uint16_t, const actors::module_request_ptr&) { return actors::module_reply_ptr(); },
    [script](actors::cancel_atom, std::uint64_t token) { script->cancelled.push_back(token); },
    [](const actors::stream_event_ptr&) {},
    [script](actors::tick_atom) {
      for (auto& [promise, reply] : std::exchange(script->given, {})) promise.deliver(std::move(reply));
    },
    [script](actors::reset_atom) { ++script->resets; },
    [self, script](actors::stop_atom) {
      ++script->stops;
      self->quit();
    },
  };
}

fixture::fixture() {
  env->templar = &templar;
  env->streams = &streams;
  env->reporter = sys.spawn(actors::reporter, std::vector<std::shared_ptr<report::sink>>{seen});
  owner = sys.spawn(owner_of, &done);
  hosts(1);
  consume_messages();
}

fixture::~fixture() {
  if (env->directory) caf::anon_send(env->directory, actors::stop_v);
  for (auto& runner : runners) caf::anon_send(runner, actors::stop_v);
  consume_messages();
  caf::anon_send(env->reporter, actors::finish_v);
  consume_messages();
  env.reset();
}

void fixture::hosts(std::size_t count, bool local) {
  playbook::inventory inv;
  ids.clear();
  names.clear();
  for (std::size_t i = 1; i <= count; ++i) {
    names.push_back("h" + std::to_string(i));
    ids.push_back(inv.add_host(names.back()));
    if (local) inv.set_host_var(ids.back(), "ansible_connection", core::value("local"));
  }
  inv.reconcile();
  store = std::make_unique<playbook::variable_store>(std::move(inv), playbook::run_settings{}, &templar);
  env->store = store.get();
}

void fixture::play(const std::string& text) {
  playbook::action_table table;
  for (auto& e : mito::actions::all()) table.add({std::string(e.name), e.free_form, e.raw_params});
  playbook::load_options load;
  load.actions = &table;
  auto loaded = playbook::load_playbook_text("t.yml", "- hosts: all\n" + text, load);
  if (!loaded) CAF_FAIL(core::render(loaded.error().what()));
  for (auto& p : loaded->problems) CAF_FAIL(core::render(p));
  book = std::move(*loaded);
  current = std::make_shared<playbook::play>(book.book.plays.at(0));
  plan = std::make_shared<strategy::plan>(strategy::make_plan(*current, false, {}));
  playbook::play_state state;
  state.current = current;
  state.all = state.active = state.batch = ids;
  CAF_REQUIRE(store->begin_play(state).has_value());
}

void fixture::use_scripts() { env->directory = sys.spawn(fake_directory, this); }

void fixture::use_directory() {
  env->directory = sys.spawn(actors::directory, actors::environment_ptr(std::make_shared<actors::environment>(*env)));
}

namespace {

void gather(const std::vector<strategy::plan_item>& items, std::vector<const strategy::planned_task*>& out) {
  for (auto& i : items) {
    if (i.block)
      gather(i.block->body, out);
    else if (!i.task->spec->implicit)
      out.push_back(i.task.get());
  }
}

} // namespace

std::shared_ptr<const engine::task_spec> fixture::spec(std::size_t task_number) const {
  std::vector<const strategy::planned_task*> tasks;
  gather(plan->root->body, tasks);
  return tasks.at(task_number)->spec;
}

actors::task_runner_actor fixture::run_task(std::size_t host_number, std::size_t task_number) {
  std::vector<const strategy::planned_task*> tasks;
  gather(plan->root->body, tasks);
  auto& task = *tasks.at(task_number);
  auto order = std::make_shared<actors::task_order>();
  order->index = host_number - 1;
  order->host = host(host_number);
  order->host_name = names[host_number - 1];
  order->spec = task.spec;
  order->around.vars = task.vars;
  auto vars = store->scope_for(order->host, order->around);
  CAF_REQUIRE(vars.has_value());
  order->vars = *vars;
  auto info = std::make_shared<report::task_info>();
  info->name = task.spec->name;
  order->info = info;
  auto runner = sys.spawn(actors::task_runner, actors::environment_ptr(env), actors::task_order_ptr(order), owner);
  runners.push_back(runner);
  caf::anon_send(runner, actors::begin_v);
  consume_messages();
  return runner;
}

actors::play_setup fixture::setup() {
  actors::play_setup s;
  s.env = env;
  s.play = current;
  s.plan = plan;
  s.hosts = s.play_hosts = ids;
  s.names = names;
  s.failed_before.assign(ids.size(), false);
  s.stats = std::make_shared<actors::run_stats>();
  return s;
}

void fixture::pass(caf::timespan time) {
  advance_time(time);
  consume_messages();
}

} // namespace actors_test

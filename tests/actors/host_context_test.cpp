#define CAF_SUITE actors.host_context
#include "fixture.hpp"

using namespace actors_test;
using mito::protocol::type;

namespace {

/// One context over the fake connector, and answers by number of the request.
struct world : fixture {
  world() { start(); }
  ~world() override {
    caf::anon_send(context, actors::stop_v);
    consume_messages();
  }
  void start(std::chrono::milliseconds = {}) {
    auto spec = std::make_shared<actors::connection_spec>();
    spec->host = "h1";
    spec->key = "k";
    spec->local = true;
    context = sys.spawn(actors::host_context, actors::environment_ptr(env), actors::connection_ptr(spec));
  }
  /// Sends a call; its reply arrives in `replies[token]`.
  std::uint64_t call(const std::string& module = "command", engine::become_settings become = {},
                     std::chrono::milliseconds deadline = {}) {
    auto request = std::make_shared<actors::module_request>();
    request->token = ++token;
    request->become = std::move(become);
    request->what.module = module;
    request->what.deadline = deadline;
    auto number = request->token;
    sys.spawn([this, number, request](caf::event_based_actor* one) {
      one->request(context, caf::infinite, actors::invoke_v, actors::module_request_ptr(request))
        .then([this, number](const actors::module_reply_ptr& r) { replies[number] = r; },
              [this, number](const caf::error& e) { errors[number] = e; });
    });
    consume_messages();
    return number;
  }
  std::string failure(std::uint64_t number) {
    if (!replies.count(number)) return errors.count(number) ? "(no actor)" : "(nothing)";
    return replies[number]->failure ? replies[number]->failure->message : "(a result)";
  }
  opening& stream(std::size_t n = 0) { return streams.all.at(n); }
  std::size_t count(const std::vector<far_agent::frame>& frames, type t) {
    return static_cast<std::size_t>(std::count_if(frames.begin(), frames.end(), [t](auto& f) { return f.header.type == t; }));
  }
  static engine::become_settings root() {
    engine::become_settings b;
    b.active = true;
    return b;
  }

  actors::host_context_actor context;
  std::uint64_t token = 0;
  std::map<std::uint64_t, actors::module_reply_ptr> replies;
  std::map<std::uint64_t, caf::error> errors;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(host_context, world)

CAF_TEST(connecting twice opens once and calls find it under way) {
  caf::anon_send(context, actors::connect_v);
  caf::anon_send(context, actors::connect_v);
  consume_messages();
  call();
  CAF_CHECK_EQUAL(streams.all.size(), 1u);
}

CAF_TEST(a call made before the agent is up is sent behind the lease and answered) {
  auto n = call();
  far_agent far(stream());
  auto frames = far.frames();
  CAF_REQUIRE_EQUAL(frames.size(), 2u);
  CAF_CHECK(frames[0].header.type == type::lease);
  CAF_CHECK(frames[1].header.type == type::request);
  CAF_CHECK_EQUAL(failure(n), "(nothing)");
  far.hello();
  far.answer(frames[1].header.id, R"({"rc": 0})");
  consume_messages();
  CAF_REQUIRE_EQUAL(failure(n), "(a result)");
  CAF_CHECK_EQUAL(replies[n]->result.integer("rc", -1), 0);
}

CAF_TEST(answers find their calls whatever their order) {
  auto a = call(), b = call();
  far_agent far(stream());
  auto requests = far.requests();
  CAF_REQUIRE_EQUAL(requests.size(), 2u);
  far.hello();
  far.answer(requests[1].id, R"({"n": 2})");
  far.answer(requests[0].id, R"({"n": 1})");
  consume_messages();
  CAF_REQUIRE(replies.count(a) && replies.count(b));
  CAF_CHECK_EQUAL(replies[a]->result.integer("n"), 1);
  CAF_CHECK_EQUAL(replies[b]->result.integer("n"), 2);
}

CAF_TEST(a connection that dies answers everything in flight and the next call opens a new one) {
  auto a = call(), b = call("command", root());
  far_agent far(stream());
  far.hello();
  consume_messages();
  far.close("Connection reset by peer", "is it up?");
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "Connection reset by peer");
  CAF_CHECK_EQUAL(failure(b), "Connection reset by peer");
  CAF_REQUIRE(replies.count(a) && replies[a]->failure);
  CAF_CHECK_EQUAL(replies[a]->failure->hint, "is it up?");
  CAF_CHECK(replies[a]->failure->what == bootstrap::link_failure::kind::unreachable);
  CAF_CHECK(alive(context));

  auto c = call();
  CAF_REQUIRE_EQUAL(streams.all.size(), 2u);
  // What the old connection still says is not the new one's.
  far.close("late");
  consume_messages();
  CAF_CHECK_EQUAL(failure(c), "(nothing)");
  far_agent again(stream(1));
  auto requests = again.requests();
  CAF_REQUIRE_EQUAL(requests.size(), 1u);
  again.hello();
  again.answer(requests[0].id, R"({"rc": 0})");
  consume_messages();
  CAF_CHECK_EQUAL(failure(c), "(a result)");
}

CAF_TEST(what ended before any agent was up says its status and what to try) {
  auto a = call();
  transport::close_info why;
  why.reason = transport::close_reason::finished;
  why.exit_status = 127;
  why.stderr_tail = "sh: not here\n";
  stream().sink->opened();
  stream().sink->received("Hi\n");
  stream().sink->closed(why);
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "the target's login shell found no sh: sh: not here; the login said: Hi");
  auto b = call();
  why.exit_status = 0;
  why.stderr_tail = "";
  stream(1).sink->opened();
  stream(1).sink->closed(why);
  consume_messages();
  CAF_CHECK_EQUAL(failure(b), "the agent ended");
  CAF_CHECK(replies.at(b)->failure->hint.starts_with("Does the login run commands?"));
}

CAF_TEST(an agent that is killed is named) {
  auto a = call();
  far_agent far(stream());
  far.hello();
  transport::close_info why;
  why.reason = transport::close_reason::finished;
  why.exit_status = 137;
  stream().sink->closed(why);
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "the agent was killed");
  CAF_CHECK(!replies.at(a)->failure->hint.empty());
}

CAF_TEST(reset says goodbye and the next call opens a new connection) {
  auto a = call();
  far_agent far(stream());
  far.hello();
  consume_messages();
  far.frames();
  caf::anon_send(context, actors::reset_v);
  consume_messages();
  CAF_CHECK_EQUAL(count(far.frames(), type::bye), 1u);
  CAF_CHECK(stream().log->finished);
  CAF_CHECK_EQUAL(failure(a), "the connection was closed by the run");
  far.close("");
  consume_messages();
  call();
  CAF_CHECK_EQUAL(streams.all.size(), 2u);
}

CAF_TEST(reset before any connection does nothing) {
  caf::anon_send(context, actors::reset_v);
  consume_messages();
  CAF_CHECK_EQUAL(streams.all.size(), 0u);
}

CAF_TEST(after a reset a become opens its hop anew) {
  call("command", root());
  far_agent far(stream());
  far.hello();
  far.hello(1, 0);
  consume_messages();
  caf::anon_send(context, actors::reset_v);
  consume_messages();
  auto b = call("command", root());
  CAF_REQUIRE_EQUAL(streams.all.size(), 2u);
  far_agent again(stream(1));
  auto frames = again.frames();
  CAF_CHECK_EQUAL(count(frames, type::hop_open), 1u);
  CAF_CHECK_EQUAL(count(frames, type::request), 1u);
  CAF_CHECK_EQUAL(failure(b), "(nothing)");
}

CAF_TEST(one hop serves all calls of an account) {
  auto a = call("command", root()), b = call("command", root());
  auto other = root();
  other.user = "app";
  call("command", other);
  far_agent far(stream());
  auto frames = far.frames();
  CAF_CHECK_EQUAL(count(frames, type::hop_open), 2u);
  far.hello();
  far.hello(1, 0);
  for (auto& f : frames)
    if (f.header.type == type::request && f.header.hop == 1) far.answer(f.header.id, R"({"rc": 0})", 1);
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "(a result)");
  CAF_CHECK_EQUAL(failure(b), "(a result)");
}

CAF_TEST(a hop that fails fails its calls alone and is opened again by the next) {
  auto a = call("command", root()), b = call();
  far_agent far(stream());
  auto frames = far.frames();
  far.hello();
  far.hop_failed(1, "sudo: no");
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "sudo: no");
  CAF_REQUIRE(replies.count(a));
  CAF_CHECK(replies[a]->failure->what == bootstrap::link_failure::kind::become_failed);
  CAF_CHECK_EQUAL(failure(b), "(nothing)");
  auto c = call("command", root());
  CAF_CHECK_EQUAL(count(far.frames(), type::hop_open), 1u);
  CAF_CHECK_EQUAL(failure(c), "(nothing)");
}

CAF_TEST(cancel sends a cancel of that call) {
  call();
  auto b = call();
  far_agent far(stream());
  auto requests = far.requests();
  far.hello();
  caf::anon_send(context, actors::cancel_v, b);
  consume_messages();
  auto frames = far.frames();
  CAF_REQUIRE_EQUAL(count(frames, type::cancel), 1u);
  CAF_CHECK_EQUAL(frames.back().header.id, requests.at(1).id);
  caf::anon_send(context, actors::cancel_v, std::uint64_t{999});
  consume_messages();
  CAF_CHECK_EQUAL(far.frames().size(), 0u);
}

CAF_TEST(stop says goodbye and ends the actor) {
  auto a = call();
  far_agent far(stream());
  far.hello();
  consume_messages();
  far.frames();
  caf::anon_send(context, actors::stop_v);
  consume_messages();
  CAF_CHECK_EQUAL(count(far.frames(), type::bye), 1u);
  CAF_CHECK(stream().log->finished);
  CAF_CHECK_EQUAL(failure(a), "the connection was closed by the run");
  CAF_CHECK(!alive(context));
}

CAF_TEST(a context that is killed leaves no caller waiting) {
  auto a = call();
  caf::anon_send_exit(context, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "the connection to the host was closed");
  CAF_CHECK(stream().log->aborted);
}

CAF_TEST(a login that starts no agent ends in a clear error) {
  auto a = call();
  stream().sink->opened();
  stream().sink->received("Welcome!\n");
  consume_messages();
  pass(14s);
  CAF_CHECK_EQUAL(failure(a), "(nothing)");
  pass(1s);
  CAF_CHECK_EQUAL(failure(a), "no agent started within 15 s; the login said: Welcome!");
  CAF_CHECK(stream().log->aborted);
}

CAF_TEST(the time to say hello starts when the command runs and not when it has to wait for its connection) {
  auto a = call("command", root());
  pass(100s);
  CAF_CHECK_EQUAL(failure(a), "(nothing)");
  far_agent far(stream());
  stream().sink->opened();
  consume_messages();
  pass(14s);
  far.hello();
  consume_messages();
  pass(20s);
  CAF_CHECK_EQUAL(failure(a), "(nothing)");
  pass(11s);
  CAF_CHECK_EQUAL(failure(a), "the agent did not say in time whether it could change the user");
}

CAF_TEST(noise without end is refused) {
  auto a = call();
  stream().sink->opened();
  for (int i = 0; i < 65; ++i) stream().sink->received(std::string(1024, 'n'));
  consume_messages();
  CAF_CHECK_EQUAL(failure(a), "the login wrote more than 64 KiB and started no agent");
  CAF_CHECK(stream().log->aborted);
}

CAF_TEST(garbage instead of frames ends the connection) {
  auto a = call();
  far_agent far(stream());
  far.hello();
  far.bytes(std::string(64, '\xff'));
  consume_messages();
  CAF_CHECK(failure(a).starts_with("the agent sent "));
  CAF_CHECK(stream().log->aborted);
}

CAF_TEST(an answer that nobody asked for ends the connection) {
  auto a = call();
  far_agent far(stream());
  far.hello();
  far.answer(77, R"({"rc": 0})");
  consume_messages();
  CAF_CHECK(failure(a).starts_with("the agent sent a result that nobody asked for"));
}

CAF_TEST(the lease is kept alive while nothing happens) {
  call();
  far_agent far(stream());
  far.hello();
  consume_messages();
  far.frames();
  for (int i = 0; i < 6; ++i) pass(10s);
  CAF_CHECK_EQUAL(count(far.frames(), type::lease), 3u);
}

CAF_TEST(timers do not pile up with deadlines) {
  caf::anon_send(env->reporter, actors::finish_v); // which has a timer of its own
  consume_messages();
  far_agent* far = nullptr;
  std::optional<far_agent> kept;
  for (int i = 0; i < 50; ++i) {
    call("command", {}, 5s);
    if (!far) {
      kept.emplace(stream());
      far = &*kept;
      far->hello();
    }
    for (auto& r : far->requests()) far->answer(r.id, R"({"rc": 0})");
    consume_messages();
    pass(1ms);
  }
  // All that was set for one of the calls is used up within two leases: afterwards one timer is left.
  for (int i = 0; i < 12; ++i) pass(10s);
  std::size_t fired = 0;
  for (int i = 0; i < 20; ++i) {
    fired += advance_time(1s);
    consume_messages();
  }
  CAF_CHECK(fired <= 2);
  CAF_CHECK(fired >= 1);
}

CAF_TEST(results are bounded) {
  caf::anon_send(context, actors::stop_v);
  consume_messages();
  env->result_limit = 1000;
  start();
  auto a = call(), b = call();
  far_agent far(stream());
  auto requests = far.requests();
  far.hello();
  far.answer(requests.at(0).id, "{\"stdout\": \"" + std::string(2000, 'x') + "\"}");
  far.answer(requests.at(1).id, R"({"rc": 0})");
  consume_messages();
  CAF_REQUIRE_EQUAL(failure(a), "(a result)");
  CAF_CHECK(replies[a]->result["failed"].truthy());
  CAF_CHECK(replies[a]->result.text("msg").starts_with("the result is larger than"));
  CAF_CHECK_EQUAL(failure(b), "(a result)");
}

CAF_TEST(notes are shown from their verbosity on) {
  call();
  stream().sink->note(2, "quiet");
  stream().sink->note(0, "loud \x1b[2J\xff\n\xc2\x9b!");
  consume_messages();
  auto notes = seen->all<report::message>();
  CAF_REQUIRE_EQUAL(notes.size(), 1u);
  // A target must not steer the terminal.
  CAF_CHECK_EQUAL(notes[0].text, "loud \uFFFD[2J\uFFFD\n\uFFFD!");
  CAF_CHECK_EQUAL(notes[0].host, "h1");
}

CAF_TEST_FIXTURE_SCOPE_END()

namespace {

/// Two remote hosts behind the real directory.
struct pair : fixture {
  pair() {
    hosts(2);
    use_directory();
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(two_hosts, pair)

CAF_TEST(a host that is lost takes no other with it) {
  play("  tasks:\n  - {name: t, command: x}\n");
  run_task(1);
  run_task(2);
  CAF_REQUIRE_EQUAL(streams.all.size(), 2u);
  far_agent one(streams.all[0]), two(streams.all[1]);
  auto first = one.requests(), second = two.requests();
  CAF_REQUIRE(first.size() == 1 && second.size() == 1);
  CAF_CHECK_EQUAL(streams.all[0].ssh.host, "h1");
  CAF_CHECK_EQUAL(streams.all[1].ssh.host, "h2");
  one.hello();
  two.hello();
  one.close();
  consume_messages();
  CAF_REQUIRE_EQUAL(done.size(), 1u);
  CAF_CHECK_EQUAL(done[0]->index, 0u);
  CAF_CHECK(done[0]->result.result["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(done[0]->result.result.text("msg")),
                  "Failed to connect to the host via ssh: Connection reset by peer");
  two.answer(second[0].id, R"({"rc": 0, "changed": true})");
  consume_messages();
  CAF_REQUIRE_EQUAL(done.size(), 2u);
  CAF_CHECK(done[1]->result.result["changed"].truthy());
}

CAF_TEST_FIXTURE_SCOPE_END()

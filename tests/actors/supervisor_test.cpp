#define CAF_SUITE actors.supervisor
#include "fixture.hpp"

using namespace actors_test;

namespace {

struct world : fixture {
  world() { use_scripts(); }
  ~world() override {
    caf::anon_send(supervisor, actors::stop_v);
    consume_messages();
  }
  void begin(std::size_t count, const std::string& tasks, unsigned forks = 5) {
    hosts(count);
    env->forks = forks;
    play(tasks);
    auto s = setup();
    stats = s.stats;
    supervisor = sys.spawn(actors::supervisor, std::move(s));
    sys.spawn([this](caf::event_based_actor* one) {
      one->request(supervisor, caf::infinite, actors::begin_v)
        .then([this](const actors::play_outcome_ptr& o) { outcome = o; }, [this](const caf::error&) { broken = true; });
    });
    consume_messages();
  }
  /// Hosts with a call under way.
  std::vector<std::string> busy() {
    std::vector<std::string> out;
    for (auto& n : names)
      if (script(n) && !script(n)->calls.empty()) out.push_back(n);
    return out;
  }
  void answer(const std::string& host, std::string_view text = R"({"rc": 0, "changed": true})") {
    script(host)->answer(text);
    consume_messages();
  }
  void kill(const std::string& host) {
    caf::anon_send_exit(script_actor(host), caf::exit_reason::kill);
    consume_messages();
  }
  std::string stat(const std::string& host) {
    auto& s = stats->hosts[host];
    return "ok=" + std::to_string(s.ok) + " failed=" + std::to_string(s.failed) +
           " unreachable=" + std::to_string(s.unreachable);
  }

  actors::supervisor_actor supervisor;
  std::shared_ptr<actors::run_stats> stats;
  actors::play_outcome_ptr outcome;
  bool broken = false;
};

using strings = std::vector<std::string>;

} // namespace

CAF_TEST_FIXTURE_SCOPE(supervisor, world)

CAF_TEST(all hosts are connected at the start whatever forks says) {
  begin(12, "  tasks:\n  - {name: t, command: x}\n", 2);
  for (auto& n : names) {
    CAF_REQUIRE(script(n) != nullptr);
    CAF_CHECK_EQUAL(script(n)->connects, 1);
  }
}

CAF_TEST(a play whose tasks all run here connects to nobody) {
  begin(3, "  tasks:\n  - {name: t, debug: {msg: hi}}\n  - {name: u, set_fact: {a: 1}}\n");
  CAF_CHECK(scripts.empty());
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK_EQUAL(stat("h3"), "ok=2 failed=0 unreachable=0");
}

CAF_TEST(forks bounds how many work at a time) {
  begin(5, "  tasks:\n  - {name: t, command: x}\n  - {name: u, command: x}\n", 2);
  CAF_CHECK(busy() == strings({"h1", "h2"}));
  answer("h2");
  CAF_CHECK(busy() == strings({"h1", "h3"}));
  answer("h1");
  answer("h3");
  CAF_CHECK(busy() == strings({"h4", "h5"}));
  answer("h5");
  CAF_CHECK(busy() == strings({"h4"}));
  // The next task starts when the round is through.
  answer("h4");
  CAF_CHECK(busy() == strings({"h1", "h2"}));
  for (auto n : {"h1", "h2", "h3", "h4", "h5"}) answer(n);
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->failed.empty() && outcome->unreachable.empty() && !outcome->interrupted);
  CAF_CHECK_EQUAL(stat("h5"), "ok=2 failed=0 unreachable=0");
  CAF_CHECK(!alive(supervisor));
}

CAF_TEST(a host that dies does not stop the others) {
  begin(3, "  tasks:\n  - {name: t, command: x}\n  - {name: u, command: x}\n");
  answer("h1");
  kill("h2");
  CAF_CHECK(busy() == strings({"h3"}));
  answer("h3");
  CAF_CHECK(busy() == strings({"h1", "h3"}));
  answer("h1");
  answer("h3");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->unreachable == std::vector<playbook::host_id>{host(2)});
  CAF_CHECK(outcome->failed.empty());
  CAF_CHECK_EQUAL(stat("h1"), "ok=2 failed=0 unreachable=0");
  CAF_CHECK_EQUAL(stat("h2"), "ok=0 failed=0 unreachable=1");
  CAF_CHECK_EQUAL(stat("h3"), "ok=2 failed=0 unreachable=0");
  auto events = seen->all<report::host_finished>();
  CAF_CHECK_EQUAL(std::count_if(events.begin(), events.end(), [](auto& e) { return e.how == report::verdict::unreachable; }), 1);
}

CAF_TEST(a task runner that is killed fails its host alone) {
  begin(2, "  tasks:\n  - {name: t, command: x}\n  - {name: u, command: x}\n");
  using impl = std::remove_pointer_t<actors::supervisor_actor::stateful_pointer<actors::supervisor_state>>;
  caf::anon_send_exit(deref<impl>(supervisor).state.running.at(0), caf::exit_reason::kill);
  consume_messages();
  answer("h2");
  CAF_CHECK(busy() == strings({"h1", "h2"})); // h1 still has what nobody waits for
  CAF_CHECK_EQUAL(script("h1")->calls.size(), 1u);
  answer("h2");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->failed == std::vector<playbook::host_id>{host(1)});
  CAF_CHECK_EQUAL(stat("h2"), "ok=2 failed=0 unreachable=0");
}

CAF_TEST(a failed host drops out and a failure of all ends the play) {
  begin(2, "  tasks:\n  - {name: t, command: x}\n  - {name: u, command: x}\n");
  answer("h1", R"({"rc": 1, "msg": "non-zero return code"})");
  answer("h2");
  CAF_CHECK(busy() == strings({"h2"}));
  answer("h2", R"({"rc": 1})");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->failed == std::vector<playbook::host_id>({host(1), host(2)}));
}

CAF_TEST(stop cancels every call and the play answers interrupted) {
  begin(4, "  tasks:\n  - {name: t, command: x}\n  - {name: u, command: x}\n", 2);
  CAF_CHECK(busy() == strings({"h1", "h2"}));
  auto first = script("h1")->calls.at(0).request->token, second = script("h2")->calls.at(0).request->token;
  caf::anon_send(supervisor, actors::stop_v);
  consume_messages();
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->interrupted);
  CAF_CHECK(script("h1")->cancelled == std::vector<std::uint64_t>{first});
  CAF_CHECK(script("h2")->cancelled == std::vector<std::uint64_t>{second});
  CAF_CHECK(!alive(supervisor));
  // Those that waited for their turn never get it, and late answers change nothing.
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  CAF_CHECK(script("h3")->calls.empty() && script("h4")->calls.empty());
  CAF_CHECK_EQUAL(stat("h1"), "ok=0 failed=0 unreachable=0");
}

CAF_TEST(stop when all is over changes nothing) {
  begin(1, "  tasks:\n  - {name: t, debug: {msg: hi}}\n");
  CAF_REQUIRE(outcome != nullptr);
  caf::anon_send(supervisor, actors::stop_v);
  consume_messages();
  CAF_CHECK(!outcome->interrupted);
}

CAF_TEST(stop between tasks that pause) {
  begin(2, "  tasks:\n  - {name: t, pause: {seconds: 100}}\n");
  caf::anon_send(supervisor, actors::stop_v);
  consume_messages();
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->interrupted);
  pass(200s);
  CAF_CHECK_EQUAL(stat("h1"), "ok=0 failed=0 unreachable=0");
}

CAF_TEST(reset_connection reaches the context) {
  begin(2, "  tasks:\n  - {name: t, command: x}\n  - meta: reset_connection\n  - {name: u, command: x}\n");
  answer("h1");
  CAF_CHECK_EQUAL(script("h1")->resets, 0);
  answer("h2");
  CAF_CHECK_EQUAL(script("h1")->resets, 1);
  CAF_CHECK_EQUAL(script("h2")->resets, 1);
  CAF_CHECK(busy() == strings({"h1", "h2"}));
}

CAF_TEST(rescue mends a failure and not a lost connection) {
  begin(2, "  tasks:\n  - block:\n    - {name: t, command: x}\n    rescue:\n    - {name: r, command: x}\n  - {name: z, command: x}\n");
  answer("h1", R"({"rc": 1})");
  kill("h2");
  CAF_CHECK(busy() == strings({"h1"}));
  answer("h1"); // r
  answer("h1"); // z
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->failed.empty());
  CAF_CHECK(outcome->unreachable == std::vector<playbook::host_id>{host(2)});
}

CAF_TEST(ignore_unreachable keeps a host in the play) {
  begin(2, "  tasks:\n  - {name: t, command: x, ignore_unreachable: true}\n  - {name: u, debug: {msg: hi}}\n");
  answer("h1");
  kill("h2");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->unreachable.empty());
  CAF_CHECK_EQUAL(stats->hosts["h2"].ignored, 1u);
}

CAF_TEST(run_once runs on the first host and counts for all) {
  begin(3, "  tasks:\n  - {name: t, command: x, run_once: true}\n");
  CAF_CHECK(busy() == strings({"h1"}));
  answer("h1", R"({"rc": 1})");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK_EQUAL(outcome->failed.size(), 3u);
}

CAF_TEST(a handler that does not exist ends the play with a message) {
  begin(1, "  tasks:\n  - {name: t, command: x, notify: nobody}\n");
  answer("h1");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(outcome->error.find("'nobody' was not found") != std::string::npos);
}

CAF_TEST(an error of the play keeps those that wait from starting) {
  begin(2, "  tasks:\n  - {name: t, command: x, notify: nobody}\n", 1);
  answer("h1");
  CAF_REQUIRE(outcome != nullptr);
  CAF_CHECK(!outcome->error.empty());
  CAF_CHECK(script("h2")->calls.empty());
}

CAF_TEST_FIXTURE_SCOPE_END()

#define CAF_SUITE actors.task_runner
#include "fixture.hpp"

using namespace actors_test;
using mito::report::verdict;

namespace {

using runner_impl = std::remove_pointer_t<actors::task_runner_actor::stateful_pointer<actors::task_runner_state>>;

struct world : fixture {
  world() { use_scripts(); }
  const core::value& result() const {
    CAF_REQUIRE_EQUAL(done.size(), 1u);
    return done[0]->result.result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(task_runner, world)

CAF_TEST(a module is called and its result reaches the owner) {
  play("  tasks:\n  - {name: t, command: hostname}\n");
  auto runner = run_task();
  auto& calls = script("h1")->calls;
  CAF_REQUIRE_EQUAL(calls.size(), 1u);
  CAF_CHECK_EQUAL(calls[0].request->what.module, "command");
  CAF_CHECK(!calls[0].request->become.active);
  CAF_CHECK_EQUAL(calls[0].request->what.deadline.count(), 0);
  CAF_CHECK_EQUAL(done.size(), 0u);
  advance_time(3s);
  script("h1")->answer(R"({"rc": 0, "stdout": "x\r\ny", "changed": true})");
  consume_messages();
  CAF_CHECK(result()["stdout_lines"] == json(R"(["x", "y"])"));
  CAF_CHECK_EQUAL(done[0]->index, 0u);
  CAF_CHECK(done[0]->took == 3s);
  CAF_CHECK(!alive(runner));
  CAF_CHECK_EQUAL(seen->all<report::host_started>().size(), 1u);
}

CAF_TEST(the deadline ends the call and cancels it on the target) {
  play("  tasks:\n  - {name: t, command: sleep 9, timeout: 3}\n");
  auto runner = run_task();
  auto request = script("h1")->calls.at(0).request;
  CAF_CHECK(request->what.deadline == 3s);
  pass(2999ms);
  CAF_CHECK_EQUAL(done.size(), 0u);
  CAF_CHECK(script("h1")->cancelled.empty());
  pass(1ms);
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")),
                  "The command action failed to execute in the expected time frame (3) and was terminated");
  CAF_REQUIRE_EQUAL(script("h1")->cancelled.size(), 1u);
  CAF_CHECK_EQUAL(script("h1")->cancelled[0], request->token);
  CAF_CHECK(!alive(runner));
  // What the target says later is nobody's business any more.
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  CAF_CHECK_EQUAL(done.size(), 1u);
}

CAF_TEST(an answer in time ends the deadline) {
  play("  tasks:\n  - {name: t, command: 'true', timeout: 3}\n");
  run_task();
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  CAF_CHECK(!result()["failed"].truthy());
  pass(10s);
  CAF_CHECK_EQUAL(done.size(), 1u);
  CAF_CHECK(script("h1")->cancelled.empty());
}

CAF_TEST(stop cancels what is under way and reports nothing) {
  play("  tasks:\n  - {name: t, command: sleep 9}\n");
  auto runner = run_task();
  auto token = script("h1")->calls.at(0).request->token;
  caf::anon_send(runner, actors::stop_v);
  consume_messages();
  CAF_CHECK(script("h1")->cancelled == std::vector<std::uint64_t>{token});
  CAF_CHECK(!alive(runner));
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  CAF_CHECK_EQUAL(done.size(), 0u);
}

CAF_TEST(a context that dies makes its host unreachable) {
  play("  tasks:\n  - {name: t, command: sleep 9}\n");
  run_task();
  caf::anon_send_exit(script_actor("h1"), caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(result()["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "the host's actor died");
}

CAF_TEST(a context that is dead already makes its host unreachable) {
  play("  tasks:\n  - {name: t, command: 'true'}\n  - {name: u, command: 'true'}\n");
  run_task();
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  done.clear();
  caf::anon_send_exit(script_actor("h1"), caf::exit_reason::kill);
  consume_messages();
  run_task(1, 1);
  CAF_CHECK(result()["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "the connection to the host was closed");
}

CAF_TEST(an invocation that is killed does not leave its task waiting) {
  play("  tasks:\n  - {name: t, command: sleep 9}\n");
  auto runner = run_task();
  caf::anon_send_exit(deref<runner_impl>(runner).state.call, caf::exit_reason::kill);
  consume_messages();
  CAF_CHECK(result()["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "the call ended unexpectedly");
}

CAF_TEST(without a directory the run is over) {
  play("  tasks:\n  - {name: t, command: 'true'}\n");
  caf::anon_send_exit(env->directory, caf::exit_reason::kill);
  consume_messages();
  run_task();
  CAF_CHECK(result()["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "the run is over");
}

CAF_TEST(a failed connection says why and what to do) {
  play("  tasks:\n  - {name: t, command: 'true'}\n");
  run_task();
  script("h1")->fail({bootstrap::link_failure::kind::unreachable, "no route", "look at the cable"});
  consume_messages();
  CAF_CHECK(result()["unreachable"].truthy());
  CAF_CHECK(!result()["failed"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "no route (look at the cable)");
}

CAF_TEST(a become that fails is a failure of the task and not of the host) {
  play("  tasks:\n  - {name: t, command: 'true', become: true, become_user: app}\n");
  run_task();
  auto& b = script("h1")->calls.at(0).request->become;
  CAF_CHECK(b.active);
  CAF_CHECK_EQUAL(b.user, "app");
  CAF_CHECK_EQUAL(b.method, "sudo");
  script("h1")->fail({bootstrap::link_failure::kind::become_failed, "Incorrect sudo password", ""});
  consume_messages();
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK(!result()["unreachable"].truthy());
  CAF_CHECK_EQUAL(std::string(result().text("msg")), "Incorrect sudo password");
}

CAF_TEST(a become method that is not there is named before anything is sent) {
  play("  tasks:\n  - {name: t, command: 'true', become: true, become_method: doas}\n");
  run_task();
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK(result().text("msg").find("become_method 'doas'") != std::string_view::npos);
  CAF_CHECK(script("h1") == nullptr);
}

CAF_TEST(retries wait their delay in virtual time) {
  play("  tasks:\n  - {name: t, command: x, register: r, until: r.rc == 0, retries: 2, delay: 7}\n");
  run_task();
  auto& s = *script("h1");
  s.answer(R"({"rc": 1})");
  consume_messages();
  CAF_REQUIRE_EQUAL(seen->all<report::item_retried>().size(), 1u);
  CAF_CHECK_EQUAL(seen->all<report::item_retried>()[0].result.integer("attempts"), 1);
  pass(6999ms);
  CAF_CHECK_EQUAL(s.calls.size(), 0u);
  pass(1ms);
  CAF_REQUIRE_EQUAL(s.calls.size(), 1u);
  s.answer(R"({"rc": 1})");
  consume_messages();
  pass(7s);
  CAF_REQUIRE_EQUAL(s.calls.size(), 1u);
  s.answer(R"({"rc": 0})");
  consume_messages();
  CAF_CHECK(!result()["failed"].truthy());
  CAF_CHECK_EQUAL(result().integer("attempts"), 3);
  CAF_CHECK(done[0]->took == 14s);
}

CAF_TEST(retries come to an end) {
  play("  tasks:\n  - {name: t, command: x, register: r, until: r.rc == 0, retries: 1, delay: 1}\n");
  run_task();
  for (int attempt = 0; attempt < 2; ++attempt) {
    CAF_REQUIRE_EQUAL(script("h1")->calls.size(), 1u);
    script("h1")->answer(R"({"rc": 1})");
    consume_messages();
    pass(1s);
  }
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK_EQUAL(result().integer("attempts"), 1);
  CAF_CHECK_EQUAL(script("h1")->calls.size(), 0u);
}

CAF_TEST(stop while a retry waits) {
  play("  tasks:\n  - {name: t, command: x, register: r, until: r.rc == 0, retries: 2, delay: 7}\n");
  auto runner = run_task();
  script("h1")->answer(R"({"rc": 1})");
  consume_messages();
  caf::anon_send(runner, actors::stop_v);
  consume_messages();
  pass(10s);
  CAF_CHECK_EQUAL(script("h1")->calls.size(), 0u);
  CAF_CHECK_EQUAL(done.size(), 0u);
  CAF_CHECK(!alive(runner));
}

CAF_TEST(items come one after the other with their pause) {
  play("  tasks:\n  - {name: t, command: 'echo {{ item }}', loop: [a, b], loop_control: {pause: 4}}\n");
  run_task();
  auto& s = *script("h1");
  CAF_CHECK_EQUAL(std::string(s.calls.at(0).request->what.args.text("_raw_params")), "echo a");
  s.answer(R"({"rc": 0, "stdout": "a"})");
  consume_messages();
  auto items = seen->all<report::item_finished>();
  CAF_REQUIRE_EQUAL(items.size(), 1u);
  CAF_CHECK_EQUAL(std::string(items[0].result.text("item")), "a");
  CAF_CHECK_EQUAL(s.calls.size(), 0u);
  pass(4s);
  CAF_CHECK_EQUAL(std::string(s.calls.at(0).request->what.args.text("_raw_params")), "echo b");
  s.answer(R"({"rc": 3, "stdout": "b"})");
  consume_messages();
  CAF_CHECK(seen->all<report::item_finished>().at(1).how == verdict::failed);
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK_EQUAL(result()["results"].as_list().size(), 2u);
}

CAF_TEST(a thousand local items neither recurse nor need the host) {
  play("  tasks:\n  - {name: t, debug: {msg: '{{ item }}'}, loop: '{{ range(1000) | list }}'}\n");
  run_task();
  CAF_CHECK_EQUAL(result()["results"].as_list().size(), 1000u);
  CAF_CHECK(script("h1") == nullptr);
}

CAF_TEST(a pause action waits in virtual time) {
  play("  tasks:\n  - {name: t, pause: {seconds: 5}}\n");
  run_task();
  pass(4999ms);
  CAF_CHECK_EQUAL(done.size(), 0u);
  pass(1ms);
  CAF_CHECK(!result()["failed"].truthy());
  CAF_CHECK(done[0]->took == 5s);
}

CAF_TEST(a delegated task goes to the other host) {
  hosts(2);
  use_scripts();
  play("  tasks:\n  - {name: t, command: x, delegate_to: h2}\n");
  run_task();
  CAF_CHECK(script("h1") == nullptr);
  CAF_REQUIRE(script("h2") != nullptr);
  CAF_REQUIRE_EQUAL(script("h2")->calls.size(), 1u);
  script("h2")->answer(R"({"rc": 0})");
  consume_messages();
  CAF_REQUIRE(done.at(0)->result.delegate_to.has_value());
  CAF_CHECK_EQUAL(*done[0]->result.delegate_to, "h2");
}

CAF_TEST(a delegated task becomes as the other host says and is who its own keywords say) {
  hosts(2);
  use_scripts();
  store->change_inventory([&](playbook::inventory& i) {
    i.set_host_var(ids[0], "ansible_become_exe", core::value("/evil"));
    i.set_host_var(ids[0], "who", core::value("app"));
    i.set_host_var(ids[1], "ansible_become_password", core::value("pw2"));
  });
  play("  tasks:\n  - {name: t, command: x, delegate_to: h2, become: true, become_user: '{{ who }}'}\n");
  run_task();
  auto& b = script("h2")->calls.at(0).request->become;
  CAF_CHECK(b.active);
  CAF_CHECK_EQUAL(b.user, "app");
  CAF_CHECK_EQUAL(b.password.value_or(""), "pw2");
  CAF_CHECK_EQUAL(b.exe, "");
}

CAF_TEST(a host that only delegate_to names has the variables of play and task) {
  use_directory();
  play("  vars: {ansible_user: u, ansible_port: 77}\n  tasks:\n  - {name: t, command: x, delegate_to: 10.9.9.9, vars: {ansible_port: 78}}\n"
       "  - {name: l, command: x, delegate_to: localhost}\n");
  run_task();
  CAF_REQUIRE_EQUAL(streams.all.size(), 1u);
  CAF_CHECK_EQUAL(streams.all[0].ssh.host, "10.9.9.9");
  CAF_CHECK_EQUAL(streams.all[0].ssh.user.value_or(""), "u");
  CAF_CHECK_EQUAL(streams.all[0].ssh.port.value_or(0), 78);
  run_task(1, 1);
  CAF_REQUIRE_EQUAL(streams.all.size(), 2u);
  CAF_CHECK(streams.all[1].local);
}

CAF_TEST(a file that cannot be read fails before the target is asked) {
  play("  tasks:\n  - {name: t, copy: {src: /nonexistent/file, dest: /tmp/x}}\n");
  run_task();
  CAF_CHECK(result()["failed"].truthy());
  CAF_CHECK(result().text("msg").find("/nonexistent/file") != std::string_view::npos);
  CAF_CHECK(script("h1") == nullptr);
}

CAF_TEST(environment goes with modules and not with raw) {
  play("  tasks:\n  - {name: t, command: x, environment: {A: b}}\n  - {name: u, raw: x, environment: {A: b}}\n");
  run_task();
  CAF_CHECK_EQUAL(core::value(core::dict(script("h1")->calls.at(0).request->what.environment)).text("A"), "b");
  script("h1")->answer(R"({"rc": 0})");
  consume_messages();
  run_task(1, 1);
  CAF_CHECK(script("h1")->calls.at(0).request->what.environment.empty());
}

CAF_TEST(what is no dict is a failure) {
  play("  tasks:\n  - {name: t, command: x}\n");
  run_task();
  script("h1")->answer("[1, 2]");
  consume_messages();
  CAF_CHECK(result()["failed"].truthy());
}

CAF_TEST_FIXTURE_SCOPE_END()

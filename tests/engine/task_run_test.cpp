#define CAF_SUITE engine.task_run
#include "helpers.hpp"

using namespace engine_test;
using namespace std::chrono_literals;

CAF_TEST(arguments and keywords reach the action templated) {
  auto t = run("- command: 'echo {{ a }}'\n  environment: {X: '{{ a }}'}\n  timeout: '{{ 2 + 1 }}'\n  check_mode: true\n  diff: yes\n"
               "  delegate_to: '{{ b }}'\n  connection: local\n  remote_user: u\n",
               R"({"a": "hi", "b": "web2"})");
  CAF_REQUIRE_EQUAL(t.requests.size(), 1u);
  auto& r = t.requests[0];
  CAF_CHECK_EQUAL(r.action, "command");
  CAF_CHECK_EQUAL(commands(t), "echo hi");
  CAF_CHECK_EQUAL(core::to_repr(core::value(core::dict(r.environment))), "{'X': 'hi'}");
  CAF_CHECK(r.timeout == 3s);
  CAF_CHECK(r.check && r.diff);
  CAF_CHECK_EQUAL(r.delegate_to.value_or(""), "web2");
  CAF_CHECK_EQUAL(r.connection.value_or(""), "local");
  CAF_CHECK_EQUAL(r.remote_user.value_or(""), "u");
  CAF_CHECK_EQUAL(t.over.delegate_to.value_or(""), "web2");
}

CAF_TEST(the command line decides where the task says nothing) {
  engine::run_defaults d;
  d.check = d.diff = true;
  d.become.active = true;
  d.become.user = "app";
  auto t = run("- command: x\n", "{}", {R"({"rc": 0})"}, d);
  CAF_CHECK(t.requests.at(0).check && t.requests[0].diff);
  CAF_CHECK(t.requests[0].become.active);
  CAF_CHECK_EQUAL(t.requests[0].become.user, "app");
  t = run("- command: x\n  check_mode: no\n  diff: no\n  become: no\n", "{}", {R"({"rc": 0})"}, d);
  CAF_CHECK(!t.requests.at(0).check && !t.requests[0].diff && !t.requests[0].become.active);
}

CAF_TEST(when decides) {
  CAF_CHECK_EQUAL(run("- command: x\n  when: a == 1\n", R"({"a": 1})").requests.size(), 1u);
  auto t = run("- command: x\n  when: a == 1\n", R"({"a": 2})");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK(t.result()["skipped"].truthy());
  CAF_CHECK(!t.result()["changed"].truthy());
  CAF_CHECK_EQUAL(std::string(t.result().text("skip_reason")), "Conditional result was False");
}

CAF_TEST(all conditions of a list have to hold and the first that does not ends it) {
  CAF_CHECK_EQUAL(run("- command: x\n  when: [a, b]\n", R"({"a": true, "b": true})").requests.size(), 1u);
  CAF_CHECK(run("- command: x\n  when: [a, undefined_one]\n", R"({"a": false})").result()["skipped"].truthy());
}

CAF_TEST(a condition that cannot be evaluated fails with its place) {
  auto t = run("- command: x\n  when: missing == 1\n");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK(t.result()["failed"].truthy());
  CAF_CHECK(t.msg().starts_with("The conditional check 'missing == 1' failed. The error was: "));
  CAF_CHECK(t.msg().find("'t.yml': line 3, column 5") != std::string::npos);
  CAF_CHECK(t.msg().find("^ here") != std::string::npos);
}

CAF_TEST(a failing condition is ignored and hidden like any failure) {
  auto t = run("- command: x\n  when: missing\n  ignore_errors: true\n  no_log: true\n");
  CAF_CHECK(t.result()["failed"].truthy());
  CAF_CHECK(t.over.ignore_errors);
  CAF_CHECK(t.over.no_log);
}

CAF_TEST(an undefined variable in the arguments fails the task) {
  auto t = run("- command: 'echo {{ nothing }}'\n  ignore_errors: true\n");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK(t.result()["failed"].truthy());
  CAF_CHECK(t.over.ignore_errors);
  CAF_CHECK(t.msg().starts_with(
    "The task includes an option with an undefined variable. The error was: 'nothing' is undefined"));
}

CAF_TEST(a return code other than nought is a failure unless the module says) {
  CAF_CHECK(run("- command: x\n", "{}", {R"({"rc": 3})"}).result()["failed"].truthy());
  CAF_CHECK(!run("- command: x\n", "{}", {R"({"rc": "0"})"}).result()["failed"].truthy());
  CAF_CHECK(!run("- command: x\n", "{}", {R"({"rc": 3, "failed": false})"}).result()["failed"].truthy());
  auto t = run("- command: x\n", "{}", {"{}"});
  CAF_CHECK(t.result()["changed"] == core::value(false));
  CAF_CHECK(t.result()["failed"] == core::value(false));
}

CAF_TEST(register is seen by changed_when and failed_when) {
  auto t = run("- command: x\n  register: r\n  changed_when: r.stdout == 'new'\n  failed_when: \"'bad' in r.stdout\"\n", "{}",
               {R"({"rc": 9, "stdout": "new", "changed": false})"});
  CAF_CHECK_EQUAL(t.over.register_as.value_or(""), "r");
  CAF_CHECK(t.result()["changed"] == core::value(true));
  CAF_CHECK(t.result()["failed"] == core::value(false));
  CAF_CHECK(t.result()["failed_when_result"] == core::value(false));
  t = run("- command: x\n  register: r\n  failed_when: [r.rc == 9, r.stdout == 'new']\n", "{}",
          {R"({"rc": 9, "stdout": "new"})"});
  CAF_CHECK(t.result()["failed"] == core::value(true));
  CAF_CHECK(t.result()["failed_when_result"] == core::value(true));
}

CAF_TEST(failed_when sees what changed_when decided) {
  auto t = run("- command: x\n  register: r\n  changed_when: true\n  failed_when: r is changed\n", "{}", {R"({"rc": 0})"});
  CAF_CHECK(t.result()["failed"] == core::value(true));
}

CAF_TEST(a broken changed_when or failed_when is a failure that says why) {
  auto t = run("- command: x\n  changed_when: missing\n");
  CAF_CHECK(t.result()["failed"] == core::value(true));
  CAF_CHECK(t.result().text("changed_when_result").find("'missing' is undefined") != std::string_view::npos);
  t = run("- command: x\n  failed_when: missing\n");
  CAF_CHECK(t.result()["failed"] == core::value(true));
  CAF_CHECK(t.result().text("failed_when_result").find("'missing' is undefined") != std::string_view::npos);
}

CAF_TEST(a register name that is no identifier is refused) {
  auto t = run("- command: x\n  register: 'a-b'\n");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK_EQUAL(t.msg(), "Invalid variable name in 'register' specified: 'a-b'");
}

CAF_TEST(a result is data whatever it looks like) {
  auto t = run("- command: x\n  register: r\n", R"({"secret": "s"})", {R"({"rc": 0, "stdout": "{{ secret }}"})"});
  CAF_CHECK(t.result()["stdout"].trust() == core::trust::data);
  // until evaluates a template over it, and the result stays what the target sent.
  t = run("- command: x\n  register: r\n  until: \"r.stdout == 's'\"\n  retries: 1\n", R"({"secret": "s"})",
          {R"({"rc": 0, "stdout": "{{ secret }}"})"});
  CAF_CHECK(t.result()["failed"].truthy());
}

CAF_TEST(until tries again with its delay) {
  auto t = run("- command: x\n  register: r\n  until: r.rc == 0\n  retries: 4\n  delay: 2\n", "{}",
               {R"({"rc": 1})", R"({"rc": 1})", R"({"rc": 0})"});
  CAF_CHECK_EQUAL(t.requests.size(), 3u);
  CAF_REQUIRE_EQUAL(t.retries.size(), 2u);
  CAF_CHECK(t.retries[0].delay == 2s);
  CAF_CHECK(t.retries[0].result["_ansible_retry"].truthy());
  CAF_CHECK_EQUAL(t.retries[1].result.integer("attempts"), 2);
  CAF_CHECK_EQUAL(t.retries[1].result.integer("retries"), 5);
  CAF_CHECK_EQUAL(t.result().integer("attempts"), 3);
  CAF_CHECK(!t.result()["failed"].truthy());
  CAF_CHECK(!t.result().as_dict().contains("_ansible_retry"));
}

CAF_TEST(until gives up) {
  auto t = run("- command: x\n  until: false\n  retries: 2\n", "{}", {R"({"rc": 0})"});
  CAF_CHECK_EQUAL(t.requests.size(), 3u);
  CAF_CHECK(t.retries.at(0).delay == 5s);
  CAF_CHECK_EQUAL(t.result().integer("attempts"), 2);
  CAF_CHECK(t.result()["failed"].truthy());
}

CAF_TEST(retries without a number and out of range) {
  CAF_CHECK_EQUAL(run("- command: x\n  until: false\n").requests.size(), 4u); // Ansible's default is 3 re-tries
  CAF_CHECK_EQUAL(run("- command: x\n  until: false\n  retries:\n").requests.size(), 3u);
  CAF_CHECK_EQUAL(run("- command: x\n  until: false\n  retries: 0\n").requests.size(), 1u);
  CAF_CHECK_EQUAL(run("- command: x\n  until: false\n  retries: -1\n").requests.size(), 1u);
  CAF_CHECK(run("- command: x\n  until: false\n  retries: 1\n  delay: -3\n").retries.at(0).delay == 1s);
  CAF_CHECK_EQUAL(run("- command: x\n  retries: 7\n", "{}", {R"({"rc": 1})"}).requests.size(), 1u);
}

CAF_TEST(what the keywords cannot be is named) {
  CAF_CHECK(run("- command: x\n  until: false\n  retries: many\n").msg().starts_with("the value 'many' is not a number"));
  CAF_CHECK(run("- command: x\n  become: perhaps\n").msg().starts_with("the value 'perhaps' is not a valid boolean"));
  CAF_CHECK(run("- command: x\n  environment: '{{ e }}'\n", R"({"e": "nonsense"})").msg().starts_with("environment must be a dictionary, received nonsense"));
}

CAF_TEST(unreachable ends the task as it is) {
  auto t = run("- command: x\n  register: r\n  until: false\n  retries: 3\n  ignore_unreachable: true\n  failed_when: true\n", "{}",
               {R"({"unreachable": true, "msg": "gone"})"});
  CAF_CHECK_EQUAL(t.requests.size(), 1u);
  CAF_CHECK(t.result()["unreachable"].truthy());
  CAF_CHECK(!t.result()["failed"].truthy());
  CAF_CHECK(t.over.ignore_unreachable);
}

CAF_TEST(no_log marks the result) {
  auto t = run("- command: x\n  no_log: '{{ hide }}'\n", R"({"hide": true})");
  CAF_CHECK(t.requests.at(0).no_log);
  CAF_CHECK(t.over.no_log);
  CAF_CHECK(t.result()["_ansible_no_log"] == core::value(true));
  CAF_CHECK(run("- command: x\n").result()["_ansible_no_log"] == core::value(false));
}

CAF_TEST(an action that gives up is not judged) {
  auto t = run("- command: x\n  failed_when: false\n", "{}", {R"({"failed": true, "msg": "no", "_mito_raised": "failure"})"});
  CAF_CHECK(t.result()["failed"].truthy());
  CAF_CHECK(!t.result().as_dict().contains("failed_when_result"));
  CAF_CHECK(!t.result().as_dict().contains("_mito_raised"));
}

CAF_TEST(notify names its handlers) {
  auto t = run("- command: x\n  notify: [a, '{{ b }}']\n", R"({"b": "c"})");
  CAF_CHECK(t.over.notify == std::vector<std::string>({"a", "c"}));
  CAF_CHECK(run("- command: x\n  notify: a\n").over.notify == std::vector<std::string>{"a"});
}

CAF_TEST(become comes from keywords and variables) {
  auto t = run("- command: x\n  become: true\n  become_user: app\n  become_flags: -H\n",
               R"({"ansible_become_password": "pw", "ansible_become_exe": "/opt/sudo"})");
  auto& b = t.requests.at(0).become;
  CAF_CHECK(b.active);
  CAF_CHECK_EQUAL(b.user, "app");
  CAF_CHECK_EQUAL(b.flags, "-H");
  CAF_CHECK_EQUAL(b.exe, "/opt/sudo");
  CAF_CHECK_EQUAL(b.password.value_or(""), "pw");
  t = run("- command: x\n  become: true\n  become_user: app\n",
          R"({"ansible_become_user": "other", "ansible_become_method": "su", "ansible_su_pass": "spw", "ansible_sudo_pass": "no"})");
  CAF_CHECK_EQUAL(t.requests.at(0).become.user, "other");
  CAF_CHECK_EQUAL(t.requests[0].become.method, "su");
  CAF_CHECK_EQUAL(t.requests[0].become.password.value_or(""), "spw");
  CAF_CHECK(run("- command: x\n", R"({"ansible_become": "yes"})").requests.at(0).become.active);
}

CAF_TEST(become variables of another host than the one that it goes to do not count) {
  auto t = run("- command: x\n  become: true\n  become_user: app\n  delegate_to: '{{ to }}'\n", R"({"to": "web2", "ansible_become_exe": "/evil"})");
  CAF_CHECK_EQUAL(t.requests.at(0).become.exe, "");
  CAF_CHECK_EQUAL(t.requests[0].become.user, "app");
  t = run("- command: x\n  become: true\n  delegate_to: '{{ to }}'\n", R"({"to": "", "ansible_become_exe": "/mine"})");
  CAF_CHECK_EQUAL(t.requests.at(0).become.exe, "/mine");
}

CAF_TEST(omitted arguments are left out at any depth) {
  auto t = run("- file: {path: /x, mode: '{{ m | default(omit) }}', owner: '{{ o | default(omit) }}'}\n",
               R"({"omit": "__omit_place_holder__1", "m": "0600"})");
  CAF_CHECK_EQUAL(core::to_repr(t.requests.at(0).args), "{'path': '/x', 'mode': '0600'}");
}

CAF_TEST(facts are seen by what judges the result) {
  auto t = run("- command: x\n  changed_when: flavour == 'sweet' and ansible_facts.flavour == 'sweet' and ansible_facts.old == 1\n",
               R"({"ansible_facts": {"old": 1}})", {R"({"ansible_facts": {"flavour": "sweet"}})"});
  CAF_CHECK_EQUAL(core::to_repr(t.result()["changed"]), "True");
  t = run("- command: x\n  changed_when: ansible_facts.os == 'x' and ansible_os == 'x'\n", "{}", {R"({"ansible_facts": {"ansible_os": "x"}})"});
  CAF_CHECK_EQUAL(core::to_repr(t.result()["changed"]), "True");
}

CAF_TEST(facts of a target set no connection or become variable for what follows) {
  std::string hostile = R"({"rc": 1, "ansible_facts": {"ansible_connection": "local", "ansible_host": "h", "ansible_become": true,
    "ansible_become_exe": "/evil", "ansible_sudo_exe": "/evil", "ansible_su_pass": "x", "ansible_python_interpreter": "/evil", "harmless": 1}})";
  auto names = [](const engine::action_request& r) {
    std::string out;
    for (auto name : {"ansible_connection", "ansible_host", "ansible_become", "ansible_become_exe", "ansible_sudo_exe", "ansible_su_pass",
                      "ansible_python_interpreter", "harmless"})
      if (r.vars->lookup(name)) out += std::string(name) + " ";
    return out;
  };
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n", "{}", {hostile});
  CAF_REQUIRE_EQUAL(t.requests.size(), 2u);
  CAF_CHECK_EQUAL(names(t.requests[1]), "harmless ");
  CAF_CHECK(!t.requests[1].become.active);
  t = run("- command: x\n  until: false\n  retries: 1\n", "{}", {hostile});
  CAF_REQUIRE_EQUAL(t.requests.size(), 2u);
  CAF_CHECK_EQUAL(names(t.requests[1]), "harmless ");
}

CAF_TEST(facts do not win over what an author has set) {
  auto t = run("- command: '{{ dir }}'\n  loop: [a, b]\n", R"({"dir": "/mine", "ansible_facts": {"os": "x"}, "ansible_os": "x"})",
               {R"({"ansible_facts": {"dir": "/evil", "ansible_os": "y"}})"});
  CAF_CHECK_EQUAL(commands(t), "/mine|/mine");
  CAF_CHECK_EQUAL(core::to_str(*t.requests.at(1).vars->lookup("ansible_os")), "y");
}

CAF_TEST(facts are not injected where the setting says so) {
  engine::run_defaults d;
  d.inject_facts = false;
  auto t = run("- command: x\n  changed_when: flavour is undefined and ansible_facts.flavour == 'sweet'\n", "{}",
               {R"({"ansible_facts": {"flavour": "sweet"}})"}, d);
  CAF_CHECK_EQUAL(core::to_repr(t.result()["changed"]), "True");
}

CAF_TEST(what set_fact sets is seen by the next item) {
  auto t = run("- set_fact: {a: '{{ (a | default(0)) + 1 }}'}\n  loop: [1, 2]\n", "{}", {R"({"ansible_facts": {"a": 1}})"});
  CAF_CHECK_EQUAL(core::to_str(t.requests.at(1).args["a"]), "2");
}

#define CAF_SUITE playbook.loader
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "playbook/arguments.hpp"
#include "playbook/loader.hpp"

using namespace mito;
using namespace mito::playbook;

namespace {

const action_table& actions() {
  static const action_table table = [] {
    action_table t;
    t.add({"command", true, true});
    t.add({"shell", true, true});
    t.add({"set_fact", true, false});
    t.add({"meta", true, false});
    for (const auto* name : {"copy", "debug", "ping", "file"}) t.add({name});
    return t;
  }();
  return table;
}

loaded_playbook load(std::string text, load_options options = {}) {
  options.actions = &actions();
  auto book = load_playbook_text("p.yml", std::move(text), options);
  CAF_REQUIRE(book.has_value());
  return std::move(*book);
}

loaded_playbook load_tasks(const std::string& tasks) {
  return load("- hosts: all\n  tasks:\n" + tasks);
}

const task& first_task(const loaded_playbook& b) {
  return *b.book.plays.at(0).tasks.at(0).task;
}

std::string problems(const loaded_playbook& b) {
  std::string out;
  for (const auto& p : b.problems)
    out += p.where.str() + " " + p.message + (p.hint.empty() ? "" : " | " + p.hint) + "\n";
  return out;
}

} // namespace

CAF_TEST(a play with everything that runs) {
  auto b = load(R"(
- name: p
  hosts: [web, "db:&x"]
  become: yes
  serial: [1, "30%"]
  vars: {a: 1}
  vars_files: [a.yml, [b.yml, "{{ c }}.yml"]]
  environment: {X: y}
  tags: one, two
  tasks:
    - name: t
      ansible.builtin.copy: {src: a, dest: "{{ d }}"}
      when: [a, b]
      loop: "{{ l }}"
      loop_control: {label: x}
      register: r
      until: r is success
      tags: [three, "four,five"]
      notify: [h]
    - block:
        - debug: msg=hi
      rescue:
        - block: [{ping: }]
      always:
        - ping:
      when: x
  handlers:
    - name: h
      ping:
      listen: [topic, other]
)");
  CAF_CHECK_EQUAL(problems(b), "");
  CAF_CHECK(b.runnable());
  const auto& p = b.book.plays.at(0);
  CAF_CHECK_EQUAL(p.shared.tags.size(), 2u);
  CAF_CHECK_EQUAL(p.shared.environment.size(), 1u);
  CAF_CHECK(p.shared.become.raw.as_bool());
  const auto& t = first_task(b);
  CAF_CHECK_EQUAL(t.action, "copy");
  CAF_CHECK_EQUAL(t.action_as_written, "ansible.builtin.copy");
  CAF_CHECK_EQUAL(t.where.str(), "p.yml:11:7");
  CAF_CHECK_EQUAL(t.shared.when.size(), 2u);
  CAF_CHECK_EQUAL(t.shared.when[1].where.str(), "p.yml:13:17");
  CAF_CHECK(t.loop.kind == loop_spec::form::loop);
  CAF_CHECK_EQUAL(t.shared.tags.size(), 3u);
  CAF_CHECK(t.register_as && t.until && t.notify);
  const auto& block = *p.tasks.at(1).block;
  CAF_CHECK_EQUAL(block.body.size(), 1u);
  CAF_CHECK(block.rescue.at(0).block != nullptr);
  CAF_CHECK_EQUAL(p.handlers.at(0).task->listen.size(), 2u);
  std::size_t tasks = 0, deepest = 0;
  for_each_task(p.tasks, [&](const auto&, const block_chain& chain) {
    ++tasks;
    deepest = std::max(deepest, chain.size());
  });
  CAF_CHECK_EQUAL(tasks, 4u);
  CAF_CHECK_EQUAL(deepest, 2u);
}

CAF_TEST(actions can be written in many ways) {
  auto args = [](const std::string& text) {
    auto b = load_tasks("    - " + text + "\n");
    CAF_CHECK_EQUAL(problems(b), "");
    if (!b.runnable()) return std::string("refused");
    return first_task(b).action + " " + core::to_json(first_task(b).args);
  };
  CAF_CHECK_EQUAL(args("command: echo hi a=b chdir=/tmp creates='x y'"),
                  R"(command {"chdir":"/tmp","creates":"x y","_raw_params":"echo hi a=b"})");
  CAF_CHECK_EQUAL(args("copy: src=a dest={{ x | default('b c') }}"),
                  R"(copy {"src":"a","dest":"{{ x | default('b c') }}"})");
  CAF_CHECK_EQUAL(args("action: copy src=a dest=b"), R"(copy {"src":"a","dest":"b"})");
  CAF_CHECK_EQUAL(args("{action: {module: copy, src: a}, args: {dest: b, src: c}}"),
                  R"(copy {"dest":"b","src":"a"})");
  CAF_CHECK_EQUAL(args("ping:"), "ping {}");
  CAF_CHECK_EQUAL(args("{shell: echo x, args: {chdir: /tmp}}"),
                  R"(shell {"chdir":"/tmp","_raw_params":"echo x"})");
  CAF_CHECK_EQUAL(args("set_fact: a=1 b=\"{{ c }}\""), R"(set_fact {"a":"1","b":"{{ c }}"})");
  CAF_CHECK_EQUAL(args("{name: 5, with_items: [1], debug: }"), "debug {}");
  auto local = load_tasks("    - local_action: command true\n");
  CAF_CHECK_EQUAL(first_task(local).delegate_to.raw.as_string(), "localhost");
  CAF_CHECK(first_task(local).args["_raw_params"].trust() == core::trust::source);
}

CAF_TEST(all problems are listed with their places) {
  auto b = load(R"(
- hosts: all
  roles: [common]
  strategy: free
  becom: yes
  tasks:
    - debgu: msg=hi
    - debug: msg=hi
      whne: x
    - include_tasks: x.yml
    - lineinfile: path=x
    - name: nothing
    - command: echo
      async: 10
      poll: 0
    - ping: extra words
    - community.general.foo:
    - debug: {msg: !vault x}
- import_playbook: y.yml
)");
  CAF_CHECK(!b.runnable());
  auto text = problems(b);
  for (const auto* line :
       {"p.yml:3:3 'roles' is not supported yet", "p.yml:4:3 'strategy: free' is not supported yet",
        "p.yml:5:3 'becom' is not a valid attribute for a Play | did you mean 'become'?",
        "p.yml:7:7 couldn't resolve module/action 'debgu'. This often indicates a misspelling, missing "
        "collection, or "
        "incorrect module path. | did you mean 'debug'?",
        "p.yml:9:7 conflicting action statements: debug, whne | 'whne' is not a valid attribute for a Task; "
        "did you mean "
        "'when'?",
        "p.yml:10:7 'include_tasks' is not supported yet", "p.yml:11:7 'lineinfile' is not supported yet",
        "p.yml:12:7 no module/action detected in task.", "p.yml:14:7 'async' is not supported yet",
        "p.yml:16:7 this task 'ping' has extra params",
        "p.yml:17:7 couldn't resolve module/action 'community.general.foo'",
        "p.yml:19:3 'import_playbook' is not supported yet"})
    CAF_CHECK_EQUAL(text.find(line) == std::string::npos ? text : std::string(line), line);
}

CAF_TEST(values that change nothing are no reason to refuse) {
  auto b = load("- hosts: all\n  roles: []\n  module_defaults: {}\n  collections: [ansible.builtin]\n  "
                "throttle: 0\n  strategy: linear\n"
                "  tasks:\n    - ping:\n      async: 0\n      poll: 5\n      delegate_facts: no\n");
  CAF_CHECK_EQUAL(problems(b), "");
}

CAF_TEST(templates are checked where a checker is given) {
  load_options options;
  std::vector<std::string> seen;
  options.check_template = [&](std::string_view text, bool bare,
                               const core::location& at) -> core::expected<void> {
    seen.push_back(at.str() + (bare ? " bare " : " ") + std::string(text));
    if (text.find("bad") != text.npos) return core::error("template error");
    return {};
  };
  auto b = load("- hosts: all\n  tasks:\n    - debug: {msg: ['{{ bad }}', plain]}\n      when: x and y\n     "
                " name: '{{ n }}'\n",
                options);
  CAF_REQUIRE_EQUAL(seen.size(), 2u);
  CAF_CHECK_EQUAL(seen[0], "p.yml:3:21 {{ bad }}");
  CAF_CHECK_EQUAL(seen[1], "p.yml:4:13 bare x and y");
  CAF_CHECK_EQUAL(problems(b), "p.yml:3:21 template error\n");
}

CAF_TEST(argument strings split as Ansible does) {
  auto parsed = [](std::string_view text, bool raw) {
    auto d = parse_arguments(text, raw);
    return d ? core::to_json(core::value(*d)) : "error: " + d.error().message();
  };
  CAF_CHECK_EQUAL(parsed("a=\"b c\" d='e=f' g", false), R"({"a":"b c","d":"e=f","_raw_params":"g"})");
  CAF_CHECK_EQUAL(parsed("{% if x %}yes no{% endif %} k={{ a b }}", false),
                  R"({"k":"{{ a b }}","_raw_params":"{% if x %}yes no{% endif %}"})");
  CAF_CHECK_EQUAL(parsed("nl=\"a\\nb\" u=\\u017e", false), "{\"nl\":\"a\\nb\",\"u\":\"ž\"}");
  CAF_CHECK(parsed("a 'open", false).starts_with("error: failed at splitting arguments"));
  CAF_CHECK(parsed("a {{ open", false).starts_with("error: failed at splitting arguments"));
}

CAF_TEST(broken files are errors of their own) {
  auto missing = load_playbook("/no/such.yml", {});
  CAF_REQUIRE(!missing.has_value());
  CAF_CHECK_EQUAL(missing.error().message(), "the playbook: /no/such.yml could not be found");
  CAF_CHECK_EQUAL(check_playbook("/no/such.yml", {}).size(), 1u);
  CAF_CHECK(load("").problems.at(0).message.starts_with("Empty playbook, nothing to do"));
  CAF_CHECK(load("a: b").problems.at(0).message.starts_with("A playbook must be a list of plays"));
  CAF_CHECK_EQUAL(std::string(load("- tasks: []").problems.at(0).message),
                  "the field 'hosts' is required but was not set");
}

#define CAF_SUITE engine.loop
#include "engine/loop.hpp"
#include "helpers.hpp"

using namespace engine_test;

CAF_TEST(one execution an item) {
  auto t = run("- command: 'echo {{ item }}'\n  loop: [a, b, c]\n", "{}", {R"({"rc": 0, "changed": true})", R"({"rc": 0})"});
  CAF_CHECK_EQUAL(commands(t), "echo a|echo b|echo c");
  CAF_REQUIRE_EQUAL(t.items.size(), 3u);
  CAF_CHECK_EQUAL(std::string(t.items[0].result.text("item")), "a");
  CAF_CHECK_EQUAL(std::string(t.items[0].result.text("_ansible_item_label")), "a");
  CAF_CHECK_EQUAL(std::string(t.items[0].result.text("ansible_loop_var")), "item");
  CAF_CHECK(t.over.looped);
  CAF_CHECK_EQUAL(t.msg(), "All items completed");
  CAF_CHECK(t.result()["changed"].truthy());
  CAF_CHECK_EQUAL(t.result()["results"].as_list().size(), 3u);
}

CAF_TEST(a failed item lets the others run and fails the task) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n", "{}", {R"({"rc": 1})", R"({"rc": 0})"});
  CAF_CHECK_EQUAL(t.requests.size(), 2u);
  CAF_CHECK_EQUAL(t.msg(), "One or more items failed");
  CAF_CHECK(t.result()["failed"].truthy());
  CAF_CHECK(!t.over.ignore_errors);
}

CAF_TEST(errors are ignored when all failed items say so) {
  auto yaml = "- command: '{{ item.c }}'\n  loop: [{c: a, i: true}, {c: b, i: false}]\n  ignore_errors: '{{ item.i }}'\n";
  CAF_CHECK(run(yaml, "{}", {R"({"rc": 1})", R"({"rc": 0})"}).over.ignore_errors);
  CAF_CHECK(!run(yaml, "{}", {R"({"rc": 0})", R"({"rc": 1})"}).over.ignore_errors);
  CAF_CHECK(!run(yaml, "{}", {R"({"rc": 1})", R"({"rc": 1})"}).over.ignore_errors);
  auto other = "- command: '{{ item.c }}'\n  loop: [{c: a, i: false}, {c: b, i: true}]\n  ignore_errors: '{{ item.i }}'\n";
  CAF_CHECK(!run(other, "{}", {R"({"rc": 1})", R"({"rc": 1})"}).over.ignore_errors);
}

CAF_TEST(an item whose execution raises ends the loop) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n", "{}", {R"({"failed": true, "msg": "no", "_mito_raised": "error"})"});
  CAF_CHECK_EQUAL(t.requests.size(), 1u);
  CAF_CHECK_EQUAL(t.msg(), "no");
  CAF_CHECK(!t.over.looped);
  t = run("- command: '{{ item.c }}'\n  loop: [{c: a}, {d: b}, {c: c}]\n");
  CAF_CHECK_EQUAL(commands(t), "a");
  CAF_CHECK(t.msg().find("'dict object' has no attribute 'c'") != std::string::npos);
}

CAF_TEST(conditions are asked for each item) {
  auto t = run("- command: '{{ item }}'\n  loop: [1, 2, 3]\n  when: item != 2\n");
  CAF_CHECK_EQUAL(t.requests.size(), 2u);
  CAF_CHECK_EQUAL(t.items.size(), 3u);
  CAF_CHECK(t.items[1].result["skipped"].truthy());
  CAF_CHECK_EQUAL(t.items[1].result.integer("item"), 2);
  CAF_CHECK_EQUAL(t.msg(), "All items completed");
  t = run("- command: '{{ item }}'\n  loop: [1, 2]\n  when: false\n");
  CAF_CHECK_EQUAL(t.msg(), "All items skipped");
  CAF_CHECK(t.result()["skipped"].truthy());
}

CAF_TEST(an empty loop skips) {
  auto t = run("- command: x\n  loop: []\n");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK(t.result()["skipped"].truthy());
  CAF_CHECK_EQUAL(std::string(t.result().text("skipped_reason")), "No items in the list");
  CAF_CHECK(t.result()["results"].is_list());
}

CAF_TEST(what is no list is refused) {
  auto t = run("- command: x\n  loop: '{{ v }}'\n", R"({"v": "text"})");
  CAF_CHECK_EQUAL(t.requests.size(), 0u);
  CAF_CHECK(t.msg().starts_with("Invalid data passed to 'loop', it requires a list, got this instead: text."));
}

CAF_TEST(a loop that cannot be evaluated fails unless a condition skips the task) {
  auto yaml = std::string("- command: x\n  loop: '{{ missing }}'\n");
  CAF_CHECK(run(yaml).msg().find("'missing' is undefined") != std::string::npos);
  CAF_CHECK(run(yaml + "  when: missing is defined\n").result()["skipped"].truthy());
  CAF_CHECK(run(yaml + "  ignore_errors: true\n").over.ignore_errors);
}

CAF_TEST(loop_control names variables label and neighbours) {
  auto t = run("- command: '{{ c }} {{ n }} {{ ansible_loop.last }} {{ ansible_loop.nextitem | default(0) }}'\n  loop: [a, b]\n"
               "  loop_control: {loop_var: c, index_var: n, label: 'L{{ c }}', extended: true}\n");
  CAF_CHECK_EQUAL(commands(t), "a 0 False b|b 1 True 0");
  auto& r = t.items.at(1).result;
  CAF_CHECK_EQUAL(std::string(r.text("_ansible_item_label")), "Lb");
  CAF_CHECK_EQUAL(std::string(r.text("ansible_loop_var")), "c");
  CAF_CHECK_EQUAL(std::string(r.text("ansible_index_var")), "n");
  CAF_CHECK_EQUAL(r.integer("n", -1), 1);
  CAF_CHECK_EQUAL(r["ansible_loop"].integer("revindex"), 1);
  CAF_CHECK_EQUAL(r["ansible_loop"]["allitems"].as_list().size(), 2u);
}

CAF_TEST(pauses stand between items only) {
  auto t = run("- command: x\n  loop: [1, 2, 3]\n  loop_control: {pause: 1.5}\n");
  CAF_REQUIRE_EQUAL(t.pauses.size(), 2u);
  CAF_CHECK(t.pauses[0].duration == std::chrono::milliseconds(1500));
}

CAF_TEST(a label that cannot be evaluated fails the item) {
  auto t = run("- command: x\n  loop: [1]\n  loop_control: {label: '{{ nope }}'}\n");
  CAF_CHECK(t.items.at(0).result["failed"].truthy());
  CAF_CHECK(t.items[0].result.text("msg").find("loop_control.label") != std::string_view::npos);
}

CAF_TEST(later items see what earlier ones registered) {
  auto t = run("- command: \"{{ item }} {{ (r | default({})).stdout | default('none') }}\"\n  loop: [a, b]\n  register: r\n", "{}",
               {R"({"rc": 0, "stdout": "one"})"});
  CAF_CHECK_EQUAL(commands(t), "a none|b one");
}

CAF_TEST(until works inside a loop) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n  register: r\n  until: r.rc == 0\n  retries: 1\n", "{}",
               {R"({"rc": 1})", R"({"rc": 0})"});
  CAF_CHECK_EQUAL(commands(t), "a|a|b");
  CAF_CHECK_EQUAL(t.retries.size(), 1u);
  CAF_CHECK(!t.result()["failed"].truthy());
}

CAF_TEST(a changed item notifies) {
  auto yaml = "- command: '{{ item }}'\n  loop: [a, b]\n  notify: 'h{{ item }}'\n";
  CAF_CHECK(run(yaml, "{}", {R"({"changed": false})", R"({"changed": true})"}).over.notify == std::vector<std::string>{"hb"});
}

CAF_TEST(warnings of items are gathered) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n", "{}", {R"({"rc": 0, "warnings": ["w1"]})", R"({"rc": 0, "warnings": ["w2"]})"});
  CAF_CHECK_EQUAL(core::to_repr(t.result()["warnings"]), "['w1', 'w2']");
  CAF_CHECK(!t.result()["results"].as_list().at(0).as_dict().contains("warnings"));
}

CAF_TEST(no_log of one item hides the whole) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n  no_log: \"{{ item == 'a' }}\"\n");
  CAF_CHECK(t.over.no_log);
  CAF_CHECK(t.items.at(0).result["_ansible_no_log"].truthy());
}

CAF_TEST(with forms) {
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item }}'\n  with_items: [a, [b, c], '{{ l }}']\n", R"({"l": ["d"]})")), "a|b|c|d");
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item.key }}={{ item.value }}'\n  with_dict: {x: 1, y: 2}\n")), "x=1|y=2");
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item.0 }}{{ item.1 }}'\n  with_together: [[a, b], [1, 2]]\n")), "a1|b2");
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item.0 }}{{ item.1 }}'\n  with_nested: [[a, b], [1, 2]]\n")), "a1|a2|b1|b2");
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item }}'\n  with_sequence: start=2 end=6 stride=2\n")), "2|4|6");
  CAF_CHECK_EQUAL(commands(run("- command: '{{ item }}'\n  with_items: '{{ one }}'\n", R"({"one": "alone"})")), "alone");
}

CAF_TEST(unreachable in a loop) {
  auto t = run("- command: '{{ item }}'\n  loop: [a, b]\n", "{}", {R"({"unreachable": true, "msg": "gone"})"});
  CAF_CHECK(engine::is_unreachable(t.result()));
}

CAF_TEST(ten thousand items) {
  auto t = run("- command: x\n  loop: '{{ range(9000) | list }}'\n");
  CAF_CHECK_EQUAL(t.result()["results"].as_list().size(), 9000u);
}

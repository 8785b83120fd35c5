#define CAF_SUITE strategy.linear
#include <caf/test/unit_test.hpp>

#include "playbook/loader.hpp"
#include "strategy/linear.hpp"

using namespace mito;
using namespace mito::strategy;

namespace {

/// A plan from playbook text whose tasks are all `ping`.
plan plan_of(const std::string& tasks, const plan_options& options = {}, bool force = false) {
  playbook::action_table actions;
  actions.add({"ping", false, false});
  actions.add({"meta", true, true});
  playbook::load_options load;
  load.actions = &actions;
  static std::vector<playbook::loaded_playbook> kept; // the plan points into the book
  auto book = playbook::load_playbook_text("t.yml", "- hosts: all\n" + tasks, load);
  CAF_REQUIRE(book.has_value());
  CAF_REQUIRE(book->runnable());
  kept.push_back(std::move(*book));
  auto p = make_plan(kept.back().book.plays[0], false, options);
  p.force_handlers = force;
  return p;
}

/// Runs all rounds; `fails` says which task fails on which host. Gives "task:hosts" per round, meta tasks done silently.
std::string trace(const plan& p, linear& l, const std::string& fails = "", const std::string& notifies = "") {
  std::string out;
  while (auto r = l.next()) {
    auto& spec = *r->task->spec;
    if (spec.action == "meta") {
      for (auto h : r->hosts) l.flush_handlers(h);
      continue;
    }
    if (!out.empty()) out += ' ';
    out += spec.name + ":";
    for (auto h : r->hosts) {
      auto mark = spec.name + std::to_string(h);
      out += std::to_string(h);
      if (notifies.find(mark) != std::string::npos) l.notify(h, "handler");
      l.finished(h, fails.find(mark) != std::string::npos ? outcome::failed : outcome::ok);
    }
  }
  (void)p;
  return out;
}

/// The next round of a task; the implicit flushes before it are done.
strategy::round next_task(linear& l) {
  for (;;) {
    auto r = l.next();
    CAF_REQUIRE(r.has_value());
    if (r->task->spec->action != "meta") return *r;
    for (auto h : r->hosts) l.flush_handlers(h);
  }
}

} // namespace

CAF_TEST(tasks run in lockstep and a failed host stays behind) {
  auto p = plan_of("  tasks:\n  - {name: a, ping: }\n  - {name: b, ping: }\n");
  linear l(p, 3);
  CAF_CHECK_EQUAL(trace(p, l, "a1"), "a:012 b:02");
  CAF_CHECK(l.failed(1));
  CAF_CHECK_EQUAL(l.failed_count(), 1u);
}

CAF_TEST(rescue mends and always runs for everybody) {
  auto p = plan_of("  tasks:\n  - block:\n    - {name: a, ping: }\n    - {name: b, ping: }\n"
                   "    rescue:\n    - {name: r, ping: }\n    always:\n    - {name: w, ping: }\n  - {name: z, ping: }\n");
  linear l(p, 2);
  // Host 0 goes on in the body before host 1 is rescued: the order of writing decides.
  CAF_CHECK_EQUAL(trace(p, l, "a1"), "a:01 b:0 r:1 w:01 z:01");
  CAF_CHECK(!l.failed(1));
}

CAF_TEST(a failure in rescue runs always and then ends the host) {
  auto p = plan_of("  tasks:\n  - block:\n    - {name: a, ping: }\n    rescue:\n    - {name: r, ping: }\n"
                   "    always:\n    - {name: w, ping: }\n  - {name: z, ping: }\n");
  linear l(p, 1);
  CAF_CHECK_EQUAL(trace(p, l, "a0 r0"), "a:0 r:0 w:0");
  CAF_CHECK(l.failed(0));
}

CAF_TEST(an inner block without rescue fails the outer one into its rescue) {
  auto p = plan_of("  tasks:\n  - block:\n    - block:\n      - {name: a, ping: }\n      always:\n      - {name: w, ping: }\n"
                   "    - {name: b, ping: }\n    rescue:\n    - {name: r, ping: }\n");
  linear l(p, 1);
  CAF_CHECK_EQUAL(next_task(l).task->spec->name, "a");
  CAF_CHECK(l.would_rescue(0));
  CAF_CHECK_EQUAL(trace(p, l, "a0"), "a:0 w:0 r:0");
  CAF_CHECK(!l.failed(0));
}

CAF_TEST(handlers run once after the tasks on the hosts that notified) {
  auto p = plan_of("  tasks:\n  - {name: a, ping: }\n  - {name: b, ping: }\n  handlers:\n  - {name: handler, ping: }\n");
  linear l(p, 2);
  CAF_CHECK_EQUAL(trace(p, l, "", "a1 b1"), "a:01 b:01 handler:1");
}

CAF_TEST(a failed host runs its handlers only when they are forced) {
  auto text = "  tasks:\n  - {name: a, ping: }\n  - {name: b, ping: }\n  handlers:\n  - {name: handler, ping: }\n";
  auto plain = plan_of(text);
  linear first(plain, 1);
  CAF_CHECK_EQUAL(trace(plain, first, "b0", "a0"), "a:0 b:0");
  auto forced = plan_of(text, {}, true);
  linear second(forced, 1);
  CAF_CHECK_EQUAL(trace(forced, second, "b0", "a0"), "a:0 b:0 handler:0");
  CAF_CHECK(second.failed(0));
}

CAF_TEST(an unreachable host leaves alone) {
  auto p = plan_of("  tasks:\n  - {name: a, ping: }\n  - {name: b, ping: }\n");
  linear l(p, 2);
  CAF_CHECK_EQUAL(next_task(l).hosts.size(), 2u);
  l.finished(0, outcome::unreachable);
  l.finished(1, outcome::ok);
  CAF_CHECK_EQUAL(trace(p, l), "b:1");
  CAF_CHECK_EQUAL(l.unreachable_count(), 1u);
}

CAF_TEST(tags select as Ansible selects) {
  plan_options only;
  only.tags = {"x"};
  CAF_CHECK(selected({"x", "y"}, only));
  CAF_CHECK(!selected({"y"}, only));
  CAF_CHECK(selected({"always"}, only));
  CAF_CHECK(!selected({}, only));
  plan_options skip;
  skip.skip_tags = {"y"};
  CAF_CHECK(!selected({"x", "y"}, skip));
  CAF_CHECK(!selected({"never"}, skip));
  CAF_CHECK(selected({}, skip));
}

#define CAF_SUITE actors.reporter
#include "fixture.hpp"

using namespace actors_test;

CAF_TEST_FIXTURE_SCOPE(reporter, fixture)

CAF_TEST(events reach every sink in order) {
  auto one = std::make_shared<memory>(), two = std::make_shared<memory>();
  auto actor = sys.spawn(actors::reporter, std::vector<std::shared_ptr<report::sink>>{one, two});
  auto before = std::exchange(env->reporter, actor);
  for (auto text : {"a", "b", "c"}) actors::report_event(*env, report::message{core::severity::note, 0, "", text});
  consume_messages();
  for (auto& sink : {one, two}) {
    std::string texts;
    for (auto& m : sink->all<report::message>()) texts += m.text;
    CAF_CHECK_EQUAL(texts, "abc");
  }
  caf::anon_send(before, actors::finish_v);
}

CAF_TEST(sinks are ticked five times a second) {
  pass(199ms);
  CAF_CHECK_EQUAL(seen->ticks, 0);
  pass(1ms);
  CAF_CHECK_EQUAL(seen->ticks, 1);
  for (int i = 0; i < 5; ++i) pass(200ms);
  CAF_CHECK_EQUAL(seen->ticks, 6);
}

CAF_TEST(finish answers when all before it has been shown and ends the actor) {
  auto sink = std::make_shared<memory>();
  auto actor = sys.spawn(actors::reporter, std::vector<std::shared_ptr<report::sink>>{sink});
  auto before = std::exchange(env->reporter, actor);
  bool shown = false;
  actors::report_event(*env, report::message{core::severity::note, 0, "", "last"});
  sys.spawn([&](caf::event_based_actor* one) {
    one->request(actor, caf::infinite, actors::finish_v).then([&](bool ok) { shown = ok && sink->events.size() == 1; });
  });
  consume_messages();
  CAF_CHECK(shown);
  CAF_CHECK(!alive(actor));
  pass(1s);
  CAF_CHECK_EQUAL(sink->ticks, 0);
  env->reporter = before;
}

CAF_TEST_FIXTURE_SCOPE_END()

#define CAF_SUITE actors.directory
#include "fixture.hpp"

using namespace actors_test;

namespace {

struct world : fixture {
  world() { use_directory(); }
  actors::host_context_actor get(const std::string& host, const std::string& key) {
    auto spec = std::make_shared<actors::connection_spec>();
    spec->host = host;
    spec->key = key;
    actors::host_context_actor out;
    sys.spawn([&](caf::event_based_actor* one) {
      one->request(env->directory, caf::infinite, actors::get_v, actors::connection_ptr(spec))
        .then([&](const actors::host_context_actor& a) { out = a; });
    });
    consume_messages();
    return out;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(directory, world)

CAF_TEST(equal keys share a context) {
  auto a = get("h1", "x"), b = get("h1 under another name", "x"), c = get("h1", "y");
  CAF_REQUIRE(a && b && c);
  CAF_CHECK(a == b);
  CAF_CHECK(a != c);
}

CAF_TEST(asking opens nothing) {
  get("h1", "x");
  CAF_CHECK_EQUAL(streams.all.size(), 0u);
}

CAF_TEST(stop ends all contexts and the directory) {
  auto a = get("h1", "x"), b = get("h2", "y");
  caf::anon_send(a, actors::connect_v);
  consume_messages();
  caf::anon_send(env->directory, actors::stop_v);
  consume_messages();
  CAF_CHECK(!alive(a));
  CAF_CHECK(!alive(b));
  CAF_CHECK(!alive(env->directory));
  CAF_REQUIRE_EQUAL(streams.all.size(), 1u);
  CAF_CHECK(streams.all[0].log->finished);
}

CAF_TEST_FIXTURE_SCOPE_END()

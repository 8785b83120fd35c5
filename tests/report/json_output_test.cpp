#define CAF_SUITE report.json_output
#include <caf/test/unit_test.hpp>

#include "report/json_output.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

struct run {
  screen s;
  json_output callback;
  explicit run(const output_options& o = {}) : s(o), callback(s.on) {}
  run& operator<<(const event& e) {
    callback.on(e);
    return *this;
  }
  core::value document() const { return json(s.out.text()); }
};

} // namespace

CAF_TEST(plays with tasks and hosts) {
  run r;
  auto t = task(4, "t"), u = task(5, "u");
  run_finished end;
  end.stats["h1"].ok = 1;
  end.custom_stats = json(R"({"_run":{"a":1},"h1":{"b":2}})").as_dict();
  r << play("p") << task_started{t} << finished(t, "h1", verdict::ok, R"({"changed":true,"_ansible_no_log":false})") << task_started{u}
    << finished(u, "h1", verdict::failed, R"({"msg":"m","failed":true})") << finished(u, "h2", verdict::skipped, R"({"skip_reason":"r"})") << end;
  auto d = r.document();
  CAF_REQUIRE_EQUAL(d["plays"].as_list().size(), 1u);
  auto& p = d["plays"].as_list()[0];
  CAF_CHECK_EQUAL(p["play"].text("name"), "p");
  CAF_CHECK(p["play"]["duration"]["end"].is_string());
  auto& tasks = p["tasks"].as_list();
  CAF_REQUIRE_EQUAL(tasks.size(), 2u);
  CAF_CHECK_EQUAL(core::to_json(tasks[0]["hosts"]), R"({"h1":{"_ansible_no_log":false,"action":"command","changed":true}})");
  CAF_CHECK_EQUAL(core::to_json(tasks[1]["hosts"], {.sort_keys = true}),
                  R"({"h1":{"action":"command","failed":true,"msg":"m"},"h2":{"action":"command","skip_reason":"r","skipped":true}})");
  CAF_CHECK_EQUAL(d["stats"]["h1"].integer("ok"), 1);
  CAF_CHECK(d["custom_stats"].as_dict().empty());
  CAF_CHECK(d["global_custom_stats"].as_dict().empty());
  // Indented by four, sorted, ASCII.
  CAF_CHECK(r.s.out.text().starts_with("{\n    \"custom_stats\": {},\n    \"global_custom_stats\": {},\n    \"plays\": [\n"));
}

CAF_TEST(custom statistics when they are asked for) {
  output_options o;
  o.show_custom_stats = true;
  o.json_indent = 0;
  run r(o);
  run_finished end;
  end.custom_stats = json(R"({"_run":{"a":1},"h1":{"b":2}})").as_dict();
  r << end;
  CAF_CHECK_EQUAL(r.s.out.text(), "{\"custom_stats\": {\"h1\": {\"b\": 2}}, \"global_custom_stats\": {\"a\": 1}, \"plays\": [], \"stats\": {}}\n");
}

CAF_TEST(without lockstep each host has an entry of its own) {
  run r;
  auto p = play("p");
  p.lockstep = false;
  auto t = task(1, "t"), u = task(2, "u");
  r << p << task_started{t} << host_started{t, "h1"} << host_started{t, "h2"} << finished(t, "h2", verdict::ok, "{}") << host_started{u, "h2"}
    << finished(t, "h1", verdict::ok, "{}") << finished(u, "h2", verdict::ok, "{}") << run_finished{};
  std::string seen;
  auto document = r.document();
  for (auto& entry : document["plays"].as_list()[0]["tasks"].as_list()) {
    seen += std::string(entry["task"].text("name")) + ":";
    for (auto& host : entry["hosts"].as_dict()) seen += std::string(host.key.as_string()) + " ";
  }
  CAF_CHECK_EQUAL(seen, "t:h1 t:h2 u:h2 ");
}

CAF_TEST(no_log and messages) {
  run r;
  auto t = task(1, "t");
  t->no_log = true;
  r << play("p") << task_started{t} << finished(t, "h1", verdict::ok, R"({"stdout":"secret"})")
    << message{core::severity::warning, 0, "", "careful"} << message{core::severity::note, 0, "", "not JSON"} << run_finished{};
  CAF_CHECK_EQUAL(r.s.out.text().find("secret"), std::string::npos);
  CAF_CHECK_EQUAL(r.s.err.text(), "[WARNING]: careful\nnot JSON\n");
  CAF_CHECK(r.document().is_dict());
}

CAF_TEST(results without a play or a task are no crash) {
  run r;
  auto t = task(1, "t");
  r << task_started{t} << finished(t, "h1", verdict::ok, "{}") << play("p") << finished(t, "h1", verdict::ok, "{}") << run_finished{};
  auto document = r.document();
  CAF_CHECK(document["plays"].as_list()[0]["tasks"].as_list().empty());
}

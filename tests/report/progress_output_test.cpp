#define CAF_SUITE report.progress_output
#include <caf/test/unit_test.hpp>

#include "report/progress_output.hpp"
#include "screen.hpp"

using namespace mito::report;

CAF_TEST(the line counts hosts) {
  screen s;
  progress_output p(s.on);
  auto at = [&](int seconds) {
    auto line = p.line(progress_output::clock::now() + std::chrono::seconds(seconds));
    return line;
  };
  CAF_CHECK_EQUAL(at(0), "");
  auto t = task(1, " install ");
  p.on(play("p", {"a", "b", "c"}));
  CAF_CHECK_EQUAL(at(5), "0:05 0/3 hosts");
  p.on(task_started{t});
  p.on(host_started{t, "a"});
  p.on(host_started{t, "b"});
  CAF_CHECK_EQUAL(at(65), "1:05 0/3 hosts, 2 running: install");
  p.on(finished(t, "a", verdict::failed, "{}"));
  p.on(finished(t, "b", verdict::ok, "{}"));
  CAF_CHECK_EQUAL(at(3661), "1:01:01 2/3 hosts, 1 failed: install");
  // A failed host stays failed in the next task; who fails and is ignored or rescued does not count.
  auto u = task(2, "start");
  p.on(task_started{u});
  auto ignored = finished(u, "b", verdict::failed, "{}");
  ignored.ignored = true;
  p.on(ignored);
  auto rescued = finished(u, "c", verdict::failed, "{}");
  rescued.rescued = true;
  p.on(rescued);
  CAF_CHECK_EQUAL(at(0), "0:00 2/3 hosts, 1 failed: start");
  p.on(run_finished{});
  CAF_CHECK_EQUAL(at(0), "");
}

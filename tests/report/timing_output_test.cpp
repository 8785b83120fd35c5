#define CAF_SUITE report.timing_output
#include <caf/test/unit_test.hpp>

#include <regex>

#include "report/timing_output.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

/// With every time of day, duration and number of seconds as a letter.
std::string timeless(const std::string& text) {
  auto out = std::regex_replace(text, std::regex("[A-Z][a-z]+day \\d\\d [A-Z][a-z]+ \\d{4}  \\d\\d:\\d\\d:\\d\\d [+-]\\d{4}"), "DATE");
  out = std::regex_replace(out, std::regex("\\d+:\\d\\d:\\d\\d\\.\\d{3}"), "T");
  return std::regex_replace(out, std::regex("\\d+\\.\\d\\ds"), "S");
}

std::string profile(const profile_options& p, const output_options& o, const std::vector<task_ref>& tasks) {
  screen s(o);
  profile_tasks_output out(s.on, p);
  for (auto& t : tasks) out.on(task_started{t});
  out.on(run_finished{});
  return timeless(s.out.text());
}

/// The clock of the tests.
wall_clock::time_point clock_now;
wall_clock::time_point test_clock() { return clock_now; }

/// The summary of "slow", which takes a second, and "quick", which takes none.
std::string summary(std::string order) {
  clock_now = {};
  screen s;
  profile_options p;
  p.order = std::move(order);
  profile_tasks_output out(s.on, p, test_clock);
  out.on(task_started{task(1, "slow")});
  clock_now += std::chrono::milliseconds(1250);
  out.on(task_started{task(2, "quick")});
  out.on(run_finished{});
  auto text = s.out.text();
  return text.substr(text.rfind("= ") + 3);
}

} // namespace

CAF_TEST(the time line is filled up to 79 columns) {
  wall_clock::time_point at;
  time_line line(at);
  auto text = line.next(at + std::chrono::milliseconds(3723004));
  CAF_CHECK(text.find("(1:02:03.004)       1:02:03.004 **") != std::string::npos);
  CAF_CHECK_EQUAL(text.size(), 80u);
  CAF_CHECK(text.ends_with("* "));
  // The second one counts from the first.
  auto next = line.next(at + std::chrono::milliseconds(3724004));
  CAF_CHECK(next.find("(0:00:01.000)       1:02:04.004") != std::string::npos);
}

CAF_TEST(profile_tasks) {
  auto a = task(1, "first"), again = task(3, "first"), b = task(2, "second");
  a->origin = again->origin = 7;
  const std::string moment = "DATE (T)       T \n", rule = std::string(79, '=') + " \n";
  auto line = [](std::string name) { return name + " " + std::string(70 - name.size() - 1, '-') + "--- S\n"; };
  profile_options p;
  p.order = "none";
  auto shown = std::regex_replace(profile(p, {}, {a, b, again}), std::regex("\\*+ "), "");
  CAF_CHECK_EQUAL(shown, moment + moment + moment + moment + rule + line("first") + line("second"));
  p.limit = 1;
  shown = std::regex_replace(profile(p, {}, {a, b}), std::regex("\\*+ "), "");
  CAF_CHECK_EQUAL(shown, moment + moment + moment + rule + line("first"));
}

CAF_TEST(profile_tasks sorts by time) {
  auto slow = "slow " + std::string(65, '-') + "--- 1.25s\n", quick = "quick " + std::string(64, '-') + "--- 0.00s\n";
  CAF_CHECK_EQUAL(summary("descending"), slow + quick);
  CAF_CHECK_EQUAL(summary("ascending"), quick + slow);
  CAF_CHECK_EQUAL(summary("none"), slow + quick);
}

CAF_TEST(profile_tasks shows paths with -vv) {
  auto t = task(1, "t");
  auto file = std::make_shared<core::source_file>();
  file->name = "/p/site.yml";
  t->where = {file, 3, 1};
  output_options o;
  o.verbosity = 2;
  CAF_CHECK(profile({}, o, {t}).ends_with("\n/p/site.yml:3 " + std::string(79 - 14, '-') + "\n"));
}

CAF_TEST(profile_roles counts by role or action) {
  screen s;
  profile_roles_output out(s.on);
  auto install = task(1, "web : install"), start = task(2, "my.site.web : start", "service");
  install->role = "web";
  start->role = "my.site.web";
  out.on(task_started{install});
  out.on(task_started{start});
  out.on(task_started{task(3, "no : role", "debug")});
  out.on(run_finished{});
  auto text = timeless(s.out.text());
  CAF_CHECK(text.find("web " + std::string(66, '-') + "--- S\n") != std::string::npos);
  CAF_CHECK(text.find("debug " + std::string(64, '-') + "--- S\n") != std::string::npos);
  CAF_CHECK(text.ends_with(std::string(79, '~') + " \ntotal " + std::string(64, '-') + "--- S\n"));
}

CAF_TEST(timer) {
  screen s;
  timer_output out(s.on);
  out.on(play("p"));
  out.on(run_finished{});
  CAF_CHECK_EQUAL(s.out.text(), "Playbook run took 0 days, 0 hours, 0 minutes, 0 seconds\n");
}

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

} // namespace

CAF_TEST(the time line is filled up to 79 columns) {
  time_line line;
  auto at = wall_clock::now();
  auto text = line.next(at + std::chrono::milliseconds(3723004));
  CAF_CHECK(text.find("(1:02:03.00") != std::string::npos);
  CAF_CHECK_EQUAL(text.size(), 80u);
  CAF_CHECK(text.ends_with("* "));
  // The second one counts from the first.
  auto next = line.next(at + std::chrono::milliseconds(3724004));
  CAF_CHECK(next.find("(0:00:01.000)       1:02:04.00") != std::string::npos);
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
  screen s;
  profile_options p;
  p.order = "ascending";
  profile_tasks_output out(s.on, p);
  auto slow = task(1, "slow"), quick = task(2, "quick");
  out.on(task_started{slow});
  for (auto end = wall_clock::now() + std::chrono::milliseconds(30); wall_clock::now() < end;) {
  }
  out.on(task_started{quick});
  out.on(run_finished{});
  auto text = s.out.text();
  CAF_CHECK(text.find("quick ---") < text.find("slow ---"));
  screen t;
  profile_tasks_output down(t.on, {});
  down.on(task_started{quick});
  down.on(task_started{slow});
  for (auto end = wall_clock::now() + std::chrono::milliseconds(30); wall_clock::now() < end;) {
  }
  down.on(run_finished{});
  text = t.out.text();
  CAF_CHECK(text.find("slow ---") < text.find("quick ---"));
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
  out.on(task_started{task(1, "web : install")});
  out.on(task_started{task(2, "web : start", "service")});
  out.on(task_started{task(3, "no role", "debug")});
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

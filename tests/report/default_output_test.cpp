#define CAF_SUITE report.default_output
#include <caf/test/unit_test.hpp>

#include "report/default_output.hpp"
#include "report/recap.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

/// A screen, the callback on it, and what it shows.
struct shown {
  screen s;
  default_output callback;
  explicit shown(const output_options& o = {}, const dump_style& style = standard_dump, bool silent_skips = false)
      : s(o), callback(s.on, style, silent_skips) {}
  shown& operator<<(const event& e) {
    callback.on(e);
    return *this;
  }
  /// Without the stars of headings and their empty lines.
  std::string text() const {
    std::string out;
    for (char c : s.out.text())
      if (c != '*' && !(c == '\n' && (out.empty() || out.ends_with('\n')))) out += c;
    return out;
  }
};

item_finished item(task_ref t, verdict how, std::string_view result) {
  item_finished e;
  e.task = std::move(t);
  e.host = "h1";
  e.how = how;
  e.result = json(result);
  return e;
}

std::shared_ptr<task_info> loop_task(std::string name = "t") {
  auto t = task(1, std::move(name));
  t->loop = true;
  return t;
}

core::location place() {
  auto file = std::make_shared<core::source_file>();
  file->name = "/p/site.yml";
  return {file, 7, 3};
}

} // namespace

CAF_TEST(a play and its results) {
  shown x;
  auto t = task(1, "named");
  x << play(" p ") << task_started{t} << finished(t, "h1", verdict::ok, R"({"changed":false})")
    << finished(t, "h2", verdict::ok, R"({"changed":true})") << finished(t, "h3", verdict::skipped, R"({"changed":false})")
    << finished(t, "h4", verdict::failed, R"({"msg":"m"})") << finished(t, "h5", verdict::unreachable, R"({"msg":"gone","unreachable":true})");
  CAF_CHECK_EQUAL(x.s.out.text(), "\nPLAY [p] " + std::string(71, '*') + "\n\nTASK [named] " + std::string(67, '*') +
                                    "\nok: [h1]\nchanged: [h2]\nskipping: [h3]\nfatal: [h4]: FAILED! => {\"msg\": \"m\"}\n"
                                    "fatal: [h5]: UNREACHABLE! => {\"msg\": \"gone\", \"unreachable\": true}\n");
}

CAF_TEST(without skipped and ok hosts a heading comes with the first result that is shown) {
  output_options o;
  o.display_skipped_hosts = o.display_ok_hosts = false;
  shown x(o);
  auto quiet = task(1, "quiet"), loud = task(2, "loud");
  x << task_started{quiet} << finished(quiet, "h1", verdict::ok, "{}") << finished(quiet, "h2", verdict::skipped, "{}")
    << task_started{loud} << finished(loud, "h1", verdict::ok, R"({"changed":true})") << finished(loud, "h2", verdict::failed, "{}");
  CAF_CHECK_EQUAL(x.text(), "TASK [loud] \nchanged: [h1]\nfatal: [h2]: FAILED! => {}\n");
}

CAF_TEST(strategies without lockstep show headings with results) {
  shown x;
  auto a = task(1, "a"), b = task(2, "b");
  auto p = play("p");
  p.lockstep = false;
  x << p << task_started{a} << task_started{b} << finished(b, "h1", verdict::ok, "{}") << finished(a, "h2", verdict::ok, "{}")
    << finished(a, "h3", verdict::ok, "{}");
  CAF_CHECK_EQUAL(x.text(), "PLAY [p] \nTASK [b] \nok: [h1]\nTASK [a] \nok: [h2]\nok: [h3]\n");
}

CAF_TEST(items) {
  shown x;
  auto t = loop_task();
  x << item(t, verdict::ok, R"({"item":1,"changed":true})") << item(t, verdict::ok, R"({"item":{"a":"b"},"_ansible_item_label":"label"})")
    << item(t, verdict::skipped, R"({"item":null})") << item(t, verdict::failed, R"({"item":"x","msg":"no"})")
    << finished(t, "h1", verdict::failed, R"({"results":[{"item":1}],"msg":"One or more items failed"})");
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \nchanged: [h1] => (item=1)\nok: [h1] => (item=label)\nskipping: [h1] => (item=None) \n"
                            "failed: [h1] (item=x) => {\"item\": \"x\", \"msg\": \"no\"}\n");
}

CAF_TEST(a failure without results of its items is shown whole) {
  shown x;
  x << finished(loop_task(), "h1", verdict::failed, R"({"msg":"'nope' is undefined"})");
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \nfatal: [h1]: FAILED! => {\"msg\": \"'nope' is undefined\"}\n");
}

CAF_TEST(no_log hides items and results and their labels) {
  output_options o;
  o.verbosity = 3;
  shown x(o);
  auto t = loop_task();
  x << item(t, verdict::ok, R"({"item":"secret","_ansible_no_log":true,"changed":true})")
    << item(t, verdict::failed, R"({"item":"secret","_ansible_no_log":true,"exception":"secret","warnings":["secret"]})");
  t = loop_task();
  t->no_log = true;
  x << finished(t, "h1", verdict::failed, R"({"msg":"secret","results":[{"item":"secret"}],"exception":"secret"})");
  diff_shown d;
  d.task = t;
  d.host = "h1";
  d.result = json(R"({"changed":true,"diff":{"before":"secret","after":"x"}})");
  x << d;
  CAF_CHECK_EQUAL(x.s.out.text().find("secret"), std::string::npos);
  CAF_CHECK_EQUAL(x.s.log.text().find("secret"), std::string::npos);
  CAF_CHECK_EQUAL(x.s.err.text(), "");
  CAF_CHECK(x.text().find("changed: [h1] => (item=None) => {") != std::string::npos);
}

CAF_TEST(arguments in headings) {
  output_options o;
  o.display_args_to_stdout = true;
  auto t = task(1, "t");
  t->args = json(R"({"_raw_params":"echo x","chdir":"/tmp"})");
  auto none = task(2, "u");
  none->args = json("{}");
  auto hidden = task(3, "v");
  hidden->args = json(R"({"a":"secret"})");
  hidden->hide_args = true;
  shown x(o);
  x << task_started{t} << task_started{none} << task_started{hidden};
  CAF_CHECK_EQUAL(x.text(), "TASK [t _raw_params=echo x, chdir=/tmp] \nTASK [u ] \nTASK [v] \n");
}

CAF_TEST(markers of the check mode) {
  output_options o;
  o.check = o.check_mode_markers = true;
  shown x(o);
  auto t = task(1, "t");
  t->check = true;
  auto p = play("p");
  p.check = true;
  x << run_started{"site.yml", true} << p << task_started{t} << run_finished{};
  CAF_CHECK_EQUAL(x.text(), "DRY RUN \nPLAY [p] [CHECK MODE] \nTASK [t] [CHECK MODE] \nPLAY RECAP \nDRY RUN \n");
}

CAF_TEST(handlers and starts of hosts and retries) {
  output_options o;
  o.show_per_host_start = true;
  o.verbosity = 2;
  shown x(o);
  auto t = task(1, "restart web");
  t->handler = true;
  t->written_name = "restart {{ what }}";
  t->where = place();
  item_retried again;
  again.task = t;
  again.host = "h1";
  again.delegate = "h2";
  again.result = json(R"({"retries":3,"attempts":1})");
  x << handler_notified{"restart web", "h1"} << task_started{t} << host_started{t, "h1"} << again;
  CAF_CHECK_EQUAL(x.text(), "NOTIFIED HANDLER restart web for h1\nRUNNING HANDLER [restart web] \ntask path: /p/site.yml:7\n"
                            " [started HANDLER: restart {{ what }} on h1]\nFAILED - RETRYING: [h1 -> h2]: restart web (2 retries left).\n");
  CAF_CHECK_EQUAL(x.s.log.text().find("NOTIFIED"), std::string::npos);
}

CAF_TEST(failures to stderr with their place) {
  output_options o;
  o.display_failed_stderr = o.show_task_path_on_failure = true;
  shown x(o);
  auto t = task(1, "t");
  t->where = place();
  auto ignored = finished(t, "h1", verdict::failed, R"({"msg":"m","exception":"Traceback\n  x\nValueError: bad\n"})");
  ignored.ignored = true;
  x << ignored;
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \ntask path: /p/site.yml:7\n...ignoring\n");
  CAF_CHECK_EQUAL(x.s.err.text(), "An exception occurred during task execution. To see the full traceback, use -vvv. The error was: "
                                  "ValueError: bad\nfatal: [h1]: FAILED! => {\"msg\": \"m\"}\n");
}

CAF_TEST(the traceback with -vvv) {
  output_options o;
  o.verbosity = 3;
  shown x(o);
  x << finished(task(1, "t"), "h1", verdict::failed, R"({"exception":"Traceback\nValueError: bad","msg":"m"})");
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \nThe full traceback is:\nTraceback\nValueError: bad\nfatal: [h1]: FAILED! => {\n    \"msg\": \"m\"\n}\n");
}

CAF_TEST(warnings of results) {
  shown x;
  auto t = task(1, "t");
  x << finished(t, "h1", verdict::ok, R"({"warnings":["w"],"deprecations":[{"msg":"d","version":"3"}],"_ansible_verbose_always":true})");
  CAF_CHECK_EQUAL(x.s.err.text(), "[WARNING]: w\n[DEPRECATION WARNING]: d. This feature will be removed in version 3. \n"
                                  "Deprecation warnings can be disabled by setting deprecation_warnings=False in \nansible.cfg.\n");
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \nok: [h1] => {}\n");
  output_options o;
  o.action_warnings = false;
  shown quiet(o);
  quiet << finished(t, "h1", verdict::failed, R"({"warnings":["w"]})");
  CAF_CHECK_EQUAL(quiet.s.err.text(), "");
  CAF_CHECK_EQUAL(quiet.text(), "TASK [t] \nfatal: [h1]: FAILED! => {\"warnings\": [\"w\"]}\n");
}

CAF_TEST(debug shows its message alone) {
  shown x;
  auto t = task(1, "debug", "debug");
  x << finished(t, "h1", verdict::ok, R"({"msg":"m","changed":false,"x":1,"_ansible_verbose_always":true})")
    << finished(t, "h2", verdict::ok, R"({"v":1,"changed":true,"_ansible_verbose_always":true})");
  CAF_CHECK_EQUAL(x.text(), "TASK [debug] \nok: [h1] => {\n    \"msg\": \"m\"\n}\nchanged: [h2] => {\n    \"v\": 1\n}\n");
}

CAF_TEST(skippy says nothing of skipped hosts) {
  shown x({}, standard_dump, true);
  auto t = task(1, "t");
  x << task_started{t} << finished(t, "h1", verdict::skipped, "{}") << item(t, verdict::skipped, R"({"item":1})");
  CAF_CHECK_EQUAL(x.text(), "TASK [t] \n");
}

CAF_TEST(the recap on screen and in the log) {
  output_options o;
  o.colors = palette(true);
  shown x(o);
  run_finished e;
  e.stats["web1"].ok = 3;
  e.stats["web1"].failed = 1;
  e.stats["\u00e9"].skipped = 12345;
  x << e;
  CAF_CHECK_EQUAL(x.s.out.text(), "\nPLAY RECAP " + std::string(69, '*') +
                                    "\n\033[0;31mweb1\033[0m                       : \033[0;32mok=3   \033[0m changed=0    unreachable=0    "
                                    "\033[0;31mfailed=1   \033[0m skipped=0    rescued=0    ignored=0   \n"
                                    "\033[0;32m\u00e9\033[0m                          : ok=0    changed=0    unreachable=0    failed=0    "
                                    "\033[0;36mskipped=12345\033[0m rescued=0    ignored=0   \n\n");
  auto log = x.s.log.text();
  CAF_CHECK(log.find("| web1                       : ok=3    changed=0    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0   \n") !=
            std::string::npos);
  CAF_CHECK_EQUAL(log.find('\033'), std::string::npos);
}

CAF_TEST(custom statistics) {
  output_options o;
  o.show_custom_stats = true;
  shown x(o);
  run_finished e;
  e.custom_stats = json(R"({"h2":{"b":1,"a":[1,2]},"_run":{"total":3},"h1":{}})").as_dict();
  x << e;
  CAF_CHECK_EQUAL(x.s.out.text(), "\nPLAY RECAP " + std::string(69, '*') + "\n\n\nCUSTOM STATS: " + std::string(66, '*') +
                                    "\n\th1: {}\n\th2: { \"a\": [  1,  2 ], \"b\": 1}\n\n\tRUN: { \"total\": 3}\n\n");
  output_options off;
  shown none(off);
  none << e;
  CAF_CHECK_EQUAL(none.text(), "PLAY RECAP \n");
}

CAF_TEST(messages of the run) {
  output_options o;
  o.verbosity = 1;
  shown x(o);
  auto say = [&](core::severity level, int verbosity, std::string host, std::string text) { x << message{level, verbosity, host, text}; };
  say(core::severity::note, 1, "", "seen");
  say(core::severity::note, 2, "", "not seen");
  say(core::severity::note, 1, "h1", "of a host");
  say(core::severity::note, 0, "h1", "unasked");
  say(core::severity::warning, 0, "", "careful");
  say(core::severity::error, 0, "", "broken");
  CAF_CHECK_EQUAL(x.s.out.text(), "seen\n<h1> of a host\n");
  CAF_CHECK_EQUAL(x.s.err.text(), "<h1> unasked\n[WARNING]: careful\nERROR! broken\n");
}

CAF_TEST(the command line with -vvvv) {
  output_options o;
  o.verbosity = 4;
  o.arguments = {{"Positional arguments", "site.yml"}, {"forks", "5"}};
  shown x(o);
  x << run_started{"some/site.yml", false};
  CAF_CHECK_EQUAL(x.text(), "PLAYBOOK: site.yml \nPositional arguments: site.yml\nforks: 5\n");
}

#define CAF_SUITE modules.command
#include <caf/test/unit_test.hpp>

#include "modules/common/shell_words.hpp"
#include "modules/module.hpp"

using namespace mito;
using core::dict;
using core::value;

namespace {

struct outcome {
  value at_once;
  modules::process_spec spec;
  value finished;
};

outcome run(const char* name, dict args, modules::process_result result = {}, bool check = false) {
  outcome o;
  value v(std::move(args));
  dict environment;
  modules::request r{v, check, false, environment, {}, false, {}, {}};
  const modules::module* m = modules::find(name);
  o.at_once = m->prepare(r, o.spec);
  if (o.at_once.is_none()) o.finished = m->finish(r, o.spec, std::move(result));
  return o;
}

} // namespace

CAF_TEST(every module of the registry is found by its name and the names are sorted) {
  std::string_view last;
  for (const auto& m : modules::all()) {
    CAF_CHECK(last < m.name);
    CAF_CHECK(modules::find(m.name) == &m);
    CAF_CHECK_EQUAL(m.run == nullptr, m.mode == modules::run_mode::process);
    last = m.name;
  }
  CAF_CHECK(modules::find("nothing") == nullptr);
}

CAF_TEST(a command is split as a shell would and not run through one) {
  auto o = run("command", dict().set("_raw_params", "echo 'a b' \"c\\\"d\" e\\ f ''"));
  CAF_CHECK(o.spec.argv == (std::vector<std::string>{"echo", "a b", "c\"d", "e f", ""}));
  CAF_CHECK_EQUAL(o.finished["cmd"].as_list().size(), 5u);
}

CAF_TEST(a shell line reaches its shell as one word) {
  auto o = run("shell", dict().set("_raw_params", "echo $HOME | cat"));
  CAF_CHECK(o.spec.argv == (std::vector<std::string>{"/bin/sh", "-c", "echo $HOME | cat"}));
  CAF_CHECK_EQUAL(o.finished.text("cmd"), "echo $HOME | cat");
  auto bash = run("shell", dict().set("_raw_params", "x").set("executable", "/bin/bash"));
  CAF_CHECK_EQUAL(bash.spec.argv[0], "/bin/bash");
}

CAF_TEST(unbalanced quotes are the failure that Ansible shows) {
  auto o = run("command", dict().set("_raw_params", "echo 'a"));
  CAF_CHECK(o.at_once.flag("failed"));
  CAF_CHECK(o.at_once.text("module_stderr").find("ValueError: No closing quotation") !=
            std::string_view::npos);
}

CAF_TEST(exit codes and signals become rc) {
  modules::process_result r;
  r.exit_status = 3;
  r.out = "x\r\n\n";
  auto o = run("command", dict().set("_raw_params", "x"), r);
  CAF_CHECK_EQUAL(o.finished.integer("rc"), 3);
  CAF_CHECK_EQUAL(o.finished.text("msg"), "non-zero return code");
  CAF_CHECK_EQUAL(o.finished.text("stdout"), "x");
  r.exit_status = 0;
  r.signal = 9;
  CAF_CHECK_EQUAL(run("command", dict().set("_raw_params", "x"), r).finished.integer("rc"), -9);
}

CAF_TEST(a command that cannot start fails with the errno as rc) {
  modules::process_result r;
  r.start_errno = 2;
  auto o = run("command", dict().set("_raw_params", "/none --password=x -y"), r);
  CAF_CHECK_EQUAL(o.finished.integer("rc"), 2);
  CAF_CHECK_EQUAL(o.finished.text("msg"), "[Errno 2] No such file or directory: b'/none'");
  CAF_CHECK_EQUAL(o.finished.text("cmd"), "/none '--password=********' -y");
}

CAF_TEST(start end and delta have the form that Python prints) {
  modules::process_result r;
  r.started_us = 1'600'000'000'000'000;
  r.ended_us = r.started_us + 90'061'000'005;
  value args(dict().set("_raw_params", "x"));
  dict environment;
  environment.set("TZ", "UTC");
  modules::request q{args, false, false, environment, {}, false, {}, {}};
  modules::process_spec spec;
  const modules::module* m = modules::find("command");
  CAF_CHECK(m->prepare(q, spec).is_none());
  value v = m->finish(q, spec, std::move(r));
  CAF_CHECK_EQUAL(v.text("start"), "2020-09-13 12:26:40");
  CAF_CHECK_EQUAL(v.text("end"), "2020-09-14 13:27:41.000005");
  CAF_CHECK_EQUAL(v.text("delta"), "1 day, 1:01:01.000005");
}

CAF_TEST(cut output and a deadline are failures) {
  modules::process_result r;
  r.truncated = true;
  CAF_CHECK(run("command", dict().set("_raw_params", "x"), r).finished.flag("failed"));
  r.truncated = false;
  r.timed_out = true;
  CAF_CHECK(run("shell", dict().set("_raw_params", "x"), r).finished.flag("failed"));
}

CAF_TEST(words are quoted as shlex does) {
  CAF_CHECK_EQUAL(modules::quote_word(""), "''");
  CAF_CHECK_EQUAL(modules::quote_word("a/b-c"), "a/b-c");
  CAF_CHECK_EQUAL(modules::quote_word("it's"), "'it'\"'\"'s'");
}

#define CAF_SUITE report.junit_output
#include <caf/test/unit_test.hpp>

#include <filesystem>
#include <regex>

#include "report/junit_output.hpp"
#include "screen.hpp"

using namespace mito;
using namespace mito::report;

namespace {

/// The document after `events`, with every time as T.
std::string document(const junit_options& o, const std::vector<event>& events) {
  screen s;
  junit_output out(s.on, o);
  out.on(run_started{"/p/site.yml", false});
  out.on(play("the play"));
  for (auto& e : events) out.on(e);
  return std::regex_replace(to_xml(out.document()), std::regex("time=\"[^\"]*\""), "time=\"T\"");
}

std::shared_ptr<task_info> placed(std::uint64_t id, std::string name, std::string action = "command") {
  auto t = task(id, std::move(name), std::move(action));
  auto file = std::make_shared<core::source_file>();
  file->name = "/p/roles/r/tasks/main.yml";
  t->where = {file, 12, 3};
  return t;
}

host_finished ignored(host_finished e) {
  e.ignored = true;
  return e;
}

/// "name status" of each test case.
std::string outcomes(const junit_options& o, const std::vector<event>& events) {
  auto xml = document(o, events);
  std::string out;
  std::regex one("<testcase [^>]*name=\"([^\"]*)\"[^>]*>\\s*<([a-z-]+)");
  for (auto at = std::sregex_iterator(xml.begin(), xml.end(), one); at != std::sregex_iterator(); ++at)
    out += (*at)[1].str() + " " + (*at)[2].str() + "; ";
  return out;
}

} // namespace

CAF_TEST(the whole of a report) {
  auto t = placed(1, "a <task>");
  t->args = json(R"({"_raw_params":"echo \"x\""})");
  auto u = placed(2, "other");
  auto xml = document({}, {task_started{t}, finished(t, "h1", verdict::ok, R"({"stdout":"a\r\nb & <c>","changed":true})"), task_started{u},
                           finished(u, "h1", verdict::failed, R"({"msg":"m\nn","rc":1})"),
                           finished(u, "h2", verdict::skipped, R"({"skip_reason":"Conditional result was False"})"),
                           finished(u, "h3", verdict::unreachable, R"({"msg":"gone"})"),
                           finished(u, "h4", verdict::failed, R"({"exception":"Trace\nValueError: x\n"})"),
                           finished(u, "h5", verdict::failed, R"({"rc":3})")});
  CAF_CHECK_EQUAL(xml, R"(<?xml version="1.0" ?>
<testsuites disabled="0" errors="1" failures="2" tests="5" time="T">
	<testsuite disabled="0" errors="1" failures="2" name="site" skipped="1" tests="5" time="T">
		<testcase classname="/p/roles/r/tasks/main.yml:12" name="[h1] the play: a &lt;task&gt; _raw_params=echo &quot;x&quot;" time="T">
			<system-out>{
&quot;changed&quot;: true,
&quot;stdout&quot;: &quot;a\r\nb &amp; &lt;c&gt;&quot;
}</system-out>
		</testcase>
		<testcase classname="/p/roles/r/tasks/main.yml:12" name="[h1] the play: other" time="T">
			<failure message="m
n" type="failure">{
&quot;msg&quot;: &quot;m\nn&quot;,
&quot;rc&quot;: 1
}</failure>
		</testcase>
		<testcase classname="/p/roles/r/tasks/main.yml:12" name="[h2] the play: other" time="T">
			<skipped>Conditional result was False</skipped>
		</testcase>
		<testcase classname="/p/roles/r/tasks/main.yml:12" name="[h4] the play: other" time="T">
			<error message="ValueError: x" type="error">Trace
ValueError: x
</error>
		</testcase>
		<testcase classname="/p/roles/r/tasks/main.yml:12" name="[h5] the play: other" time="T">
			<failure message="rc=3" type="failure">{
&quot;rc&quot;: 3
}</failure>
		</testcase>
	</testsuite>
</testsuites>
)");
}

CAF_TEST(expected failures and results turned round) {
  auto a = placed(1, "EXPECTED FAILURE a"), b = placed(2, "TOGGLE RESULT b"), c = placed(3, "TOGGLE RESULT c"), d = placed(4, "d");
  std::vector<event> events{task_started{a}, finished(a, "h", verdict::failed, "{}"), task_started{b}, finished(b, "h", verdict::ok, "{}"),
                            task_started{c}, finished(c, "h", verdict::failed, "{}"), task_started{d},
                            ignored(finished(d, "h", verdict::failed, "{}"))};
  CAF_CHECK_EQUAL(outcomes({}, events), "[h] the play: EXPECTED FAILURE a system-out; [h] the play: TOGGLE RESULT b failure; "
                                        "[h] the play: TOGGLE RESULT c system-out; [h] the play: d system-out; ");
  junit_options strict;
  strict.fail_on_ignore = true;
  CAF_CHECK(outcomes(strict, events).ends_with("[h] the play: d failure; "));
}

CAF_TEST(options) {
  auto changed = placed(1, "changed"), setup = placed(2, "facts", "setup"), test = placed(3, "TEST it");
  changed->args = json(R"({"a":"b"})");
  std::vector<event> events{task_started{changed}, finished(changed, "h", verdict::ok, R"({"changed":true})"), task_started{setup},
                            finished(setup, "h", verdict::ok, "{}"), task_started{test}, finished(test, "h", verdict::ok, "{}")};
  junit_options o;
  o.fail_on_change = o.hide_arguments = true;
  o.include_setup = false;
  CAF_CHECK_EQUAL(outcomes(o, events), "[h] the play: changed failure; [h] the play: TEST it system-out; ");
  junit_options prefix;
  prefix.case_prefix = "TEST";
  CAF_CHECK_EQUAL(outcomes(prefix, events), "[h] the play: TEST it system-out; ");
  auto class_with = [&](const junit_options& with) {
    auto xml = document(with, events);
    auto from = xml.find("classname=\"") + 11;
    return xml.substr(from, xml.find('"', from) - from);
  };
  junit_options place;
  place.class_per_file = true;
  CAF_CHECK_EQUAL(class_with(place), "/p/roles/r/tasks/main");
  place.relative_to = "/p";
  CAF_CHECK_EQUAL(class_with(place), "roles/r/tasks/main");
  place.class_per_file = false;
  place.relative_to = "/q/";
  CAF_CHECK_EQUAL(class_with(place), "../p/roles/r/tasks/main.yml:12");
  place.out_of_tree = "out:";
  CAF_CHECK_EQUAL(class_with(place), "out:main.yml:12");
}

CAF_TEST(no_log hides arguments and results) {
  auto t = placed(1, "t");
  t->no_log = t->hide_args = true;
  t->args = json(R"({"_raw_params":"secret"})");
  auto xml = document({}, {task_started{t}, finished(t, "h1", verdict::ok, R"({"stdout":"secret"})"),
                           finished(t, "h2", verdict::failed, R"({"exception":"secret","msg":"secret"})")});
  CAF_CHECK_EQUAL(xml.find("secret"), std::string::npos);
  CAF_CHECK(xml.find("censored") != std::string::npos);
  CAF_CHECK(xml.find("<failure message=\"rc=0\"") != std::string::npos);
}

CAF_TEST(a task of a later batch is the same one) {
  auto first = placed(1, "t"), second = placed(2, "t");
  first->origin = second->origin = 99;
  CAF_CHECK_EQUAL(outcomes({}, {task_started{first}, finished(first, "h1", verdict::ok, "{}"), task_started{second},
                                finished(second, "h2", verdict::ok, "{}"), finished(second, "h2", verdict::skipped, "{}")}),
                  "[h1] the play: t system-out; [h2] the play: t skipped; ");
}

CAF_TEST(what a task includes is one case) {
  auto t = placed(1, "more", "include_tasks");
  t->args = json(R"({"_raw_params":"{{ item }}.yml","apply":{}})");
  file_included a{t, "/p/a.yml", {"h1", "h2"}, "a", json(R"({"item":"a"})").as_dict()}, b{t, "/p/b.yml", {"h1"}, "", {}};
  auto xml = document({}, {task_started{t}, a, b, finished(t, "h1", verdict::ok, "{}")});
  CAF_CHECK(xml.find("name=\"[include] the play: more _raw_params={{ item }}.yml, apply={}\"") != std::string::npos);
  CAF_CHECK(xml.find("<system-out>/p/a.yml (args={'apply': {}} vars={'item': 'a'}): [h1, h2]\n/p/b.yml (args={'apply': {}} vars={}): [h1]</system-out>") !=
            std::string::npos);
  CAF_CHECK(xml.find("tests=\"2\"") != std::string::npos);
}

CAF_TEST(characters that XML cannot hold) {
  auto t = placed(1, "bell \a nul");
  auto xml = document({}, {task_started{t}, finished(t, "h", verdict::failed, R"({"msg":"\u001b[0m"})")});
  CAF_CHECK(xml.find("bell \uFFFD nul") != std::string::npos);
  CAF_CHECK(xml.find("message=\"\uFFFD[0m\"") != std::string::npos);
}

CAF_TEST(the file) {
  screen s;
  auto folder = std::filesystem::temp_directory_path() / ("mito-junit-" + std::to_string(::getpid()));
  junit_options o;
  o.folder = folder / "below";
  {
    junit_output out(s.on, o);
    out.on(run_started{"x/some.site.yml", false});
    out.on(run_finished{});
  }
  std::vector<std::string> names;
  for (auto& f : std::filesystem::directory_iterator(o.folder)) names.push_back(f.path().filename());
  CAF_REQUIRE_EQUAL(names.size(), 1u);
  CAF_CHECK(std::regex_match(names[0], std::regex("some\\.site-\\d+\\.\\d+\\.xml")));
  std::filesystem::remove_all(folder);
  o.folder = "/proc/no/such/folder";
  junit_output bad(s.on, o);
  bad.on(run_started{"site.yml", false});
  bad.on(run_finished{});
  CAF_CHECK(s.err.text().starts_with("[WARNING]: the JUnit report cannot be written:"));
  CAF_CHECK(s.err.text().find("/proc/no/such/folder/site-") != std::string::npos);
}

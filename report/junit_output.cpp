#include "report/junit_output.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/result_text.hpp"

namespace mito::report {

namespace {

namespace fs = std::filesystem;

std::string number(double d) {
  std::string out;
  core::append_real(out, d);
  return out;
}

std::string last_line(std::string_view text) {
  text = core::trim(text);
  return std::string(text.substr(text.rfind('\n') + 1));
}

/// Python's os.path.relpath().
std::string relative_path(const std::string& path, const std::string& to) {
  std::error_code error;
  auto full = [&](const std::string& p) {
    auto absolute = fs::absolute(p, error).lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
  };
  return full(path).lexically_relative(full(to)).string();
}

std::string without_line(const std::string& path) {
  auto at = path.rfind(".yml:");
  if (at == std::string::npos || at + 5 == path.size()) return path;
  return path.find_first_not_of("0123456789", at + 5) == std::string::npos ? path.substr(0, at) : path;
}

/// The name of the playbook's file without its last extension.
std::string stem_of(const std::string& path) {
  auto name = path.substr(path.rfind('/') + 1);
  auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

xml_element problem(const char* kind, std::string message, std::string text) {
  return {kind, {{"message", std::move(message)}, {"type", kind}}, std::move(text), {}};
}

unsigned cases_with(const std::vector<xml_element>& cases, std::string_view child) {
  return static_cast<unsigned>(std::count_if(cases.begin(), cases.end(), [&](auto& c) {
    return std::any_of(c.children.begin(), c.children.end(), [&](auto& x) { return x.name == child; });
  }));
}

} // namespace

junit_output::junit_output(std::shared_ptr<display> to, junit_options options) : out_(std::move(to)), options_(std::move(options)) {}

void junit_output::on(const event& e) {
  if (auto* run = std::get_if<run_started>(&e))
    playbook_ = stem_of(run->playbook);
  else if (auto* play = std::get_if<play_started>(&e))
    play_ = play->name;
  else if (auto* task = std::get_if<task_started>(&e))
    begin(*task->task);
  else if (auto* done = std::get_if<host_finished>(&e))
    finish(*done);
  else if (auto* include = std::get_if<file_included>(&e))
    finish(*include);
  else if (std::holds_alternative<run_finished>(e))
    write_file();
}

void junit_output::begin(const task_info& t) {
  auto origin = t.origin ? t.origin : t.id;
  for (auto& known : tasks_)
    if (known.origin == origin) return;
  task_cases c{origin, std::string(core::trim(t.name)), {}, play_, t.short_action, clock::now(), {}};
  if (t.where) c.path = t.where.file->name + ":" + std::to_string(t.where.line);
  if (!t.hide_args && !options_.hide_arguments) {
    std::string args;
    for (auto& a : t.args.as_dict()) args += (args.empty() ? "" : ", ") + core::to_str(a.key) + "=" + core::to_str(a.val);
    if (!args.empty()) c.name += " " + args;
  }
  tasks_.push_back(std::move(c));
}

void junit_output::finish(const host_finished& e) {
  // Ansible's has no case for a host that cannot be reached either.
  if (e.how == verdict::unreachable) return;
  auto origin = e.task->origin ? e.task->origin : e.task->id;
  auto t = std::find_if(tasks_.rbegin(), tasks_.rend(), [&](auto& x) { return x.origin == origin; });
  if (t == tasks_.rend()) return;
  std::string status = e.how == verdict::ok ? "ok" : e.how == verdict::skipped ? "skipped" : "failed";
  if (e.how == verdict::failed && e.ignored && !options_.fail_on_ignore) status = "ok";
  if (options_.fail_on_change && status == "ok" && e.result["changed"].truthy()) status = "failed";
  if (status == "failed" && t->name.find("EXPECTED FAILURE") != std::string::npos)
    status = "ok";
  else if (t->name.find("TOGGLE RESULT") != std::string::npos)
    status = status == "failed" ? "ok" : status == "ok" ? "failed" : status;
  if (!t->name.starts_with(options_.case_prefix) && status != "failed") return;
  host_case found{e.host, status, visible(e.result, *e.task), clock::now()};
  // A later batch or a later turn of a handler is the same task again; the host's last result stands.
  for (auto& h : t->hosts)
    if (h.host == e.host) return void(h = std::move(found));
  t->hosts.push_back(std::move(found));
}

/// One case for all that a task included, of the host "include".
void junit_output::finish(const file_included& e) {
  auto origin = e.task->origin ? e.task->origin : e.task->id;
  auto t = std::find_if(tasks_.rbegin(), tasks_.rend(), [&](auto& x) { return x.origin == origin; });
  if (t == tasks_.rend() || !t->name.starts_with(options_.case_prefix)) return;
  core::dict args = e.task->args.as_dict(), vars = e.vars;
  args.erase("_raw_params");
  if (e.task->hide_args) args = vars = {};
  auto text = e.file + " (args=" + core::to_repr(core::value(std::move(args))) + " vars=" + core::to_repr(core::value(std::move(vars))) +
              "): [" + core::join(e.hosts, ", ") + "]";
  for (auto& h : t->hosts)
    if (h.status == "included") {
      h.result = core::value(core::to_str(h.result) + "\n" + text);
      h.ended = clock::now();
      return;
    }
  t->hosts.push_back({"include", "included", core::value(text), clock::now()});
}

std::string junit_output::class_of(const std::string& path) const {
  auto name = options_.relative_to.empty() || path.empty() ? path : relative_path(path, options_.relative_to);
  if (options_.out_of_tree && name.starts_with("../")) name = *options_.out_of_tree + name.substr(name.rfind('/') + 1);
  return options_.class_per_file ? without_line(name) : name;
}

xml_element junit_output::test_case(const task_cases& t, const host_case& h, double& seconds) const {
  auto took = std::chrono::duration<double>(h.ended - t.started).count();
  seconds += took;
  xml_element out{"testcase", {}, {}, {}};
  out.attributes = {{"classname", class_of(t.path)}, {"name", "[" + h.host + "] " + t.play + ": " + t.name}, {"time", number(took)}};
  auto& r = h.result;
  output_options plain;
  plain.verbosity = out_->options().verbosity;
  auto dump = r.is_dict() ? standard_dump.result(r, plain, 0) : std::string();
  if (h.status == "included") {
    out.children.push_back({"system-out", {}, core::to_str(r), {}});
  } else if (h.status == "ok") {
    out.children.push_back({"system-out", {}, dump, {}});
  } else if (h.status == "skipped") {
    auto& reason = r["skip_reason"];
    out.children.push_back({"skipped", {}, reason.truthy() ? core::to_str(reason) : "skipped", {}});
  } else if (r.as_dict().contains("exception")) {
    auto text = core::to_str(r["exception"]);
    out.children.push_back(problem("error", last_line(text), text));
  } else if (r.as_dict().contains("msg")) {
    out.children.push_back(problem("failure", core::to_str(r["msg"]), dump));
  } else {
    auto* rc = r.as_dict().find("rc");
    out.children.push_back(problem("failure", "rc=" + (rc ? core::to_str(*rc) : "0"), dump));
  }
  return out;
}

xml_element junit_output::document() const {
  std::vector<xml_element> cases;
  double seconds = 0;
  for (auto& t : tasks_) {
    // As in Ansible, the play's own gathering of facts is no setup task.
    if (!options_.include_setup && t.action == "setup") continue;
    for (auto& h : t.hosts) cases.push_back(test_case(t, h, seconds));
  }
  std::string errors = std::to_string(cases_with(cases, "error")), failures = std::to_string(cases_with(cases, "failure"));
  std::string skipped = std::to_string(cases_with(cases, "skipped")), tests = std::to_string(cases.size());
  xml_element suite{"testsuite", {}, {}, std::move(cases)};
  suite.attributes = {{"disabled", "0"}, {"errors", errors}, {"failures", failures}, {"name", playbook_},
                      {"skipped", skipped}, {"tests", tests}, {"time", number(seconds)}};
  xml_element suites{"testsuites", {}, {}, {}};
  suites.attributes = {{"disabled", "0"}, {"errors", errors}, {"failures", failures}, {"tests", tests}, {"time", number(seconds)}};
  suites.children.push_back(std::move(suite));
  return suites;
}

void junit_output::write_file() {
  std::error_code error;
  fs::create_directories(options_.folder, error);
  auto now = std::chrono::duration<double>(clock::now().time_since_epoch()).count();
  auto path = options_.folder + "/" + playbook_ + "-" + number(now) + ".xml";
  std::ofstream file(path, std::ios::binary);
  file << to_xml(document());
  file.close();
  if (!file) out_->warning("the JUnit report cannot be written: " + path);
}

} // namespace mito::report

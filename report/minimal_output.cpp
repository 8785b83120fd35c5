#include "report/minimal_output.hpp"

#include "core/python.hpp"
#include "report/result_text.hpp"
#include "report/side_messages.hpp"

namespace mito::report {

namespace {

/// The result of a command: what it printed, one after the other.
std::string command_text(const std::string& host, const core::value& result, std::string_view caption) {
  auto part = [&](std::string_view key) {
    const auto* v = result.as_dict().find(key);
    return v ? core::to_str(*v) : std::string();
  };
  const auto* rc = result.as_dict().find("rc");
  return host + " | " + std::string(caption) + " | rc=" + (rc ? core::to_str(*rc) : "-1") + " >>\n" + part("stdout") +
         part("stderr") + part("msg") + "\n";
}

} // namespace

void minimal_output::failed(const host_finished& e, core::value result) {
  show_exception(*out_, result);
  show_warnings(*out_, result);
  if (prints_no_json(*e.task) && !result.as_dict().contains("module_stderr"))
    out_->print(command_text(e.host, result, "FAILED"), color::error);
  else
    out_->print(e.host + " | FAILED! => " + dump_result(result, out_->options(), 4), color::error);
}

void minimal_output::ok(const host_finished& e, core::value result) {
  result = only_what_debug_shows(result, *e.task);
  show_warnings(*out_, result);
  bool changed = result["changed"].truthy();
  std::string state = changed ? "CHANGED" : "SUCCESS";
  if (prints_no_json(*e.task) && !result.as_dict().contains("ansible_job_id"))
    out_->print(command_text(e.host, result, state), changed ? color::changed : color::ok);
  else
    out_->print(e.host + " | " + state + " => " + dump_result(result, out_->options(), 4), changed ? color::changed : color::ok);
}

void minimal_output::unreachable(const host_finished& e, const core::value& result) {
  out_->print(e.host + " | UNREACHABLE! => " + dump_result(result, out_->options(), 4), color::unreachable);
}

void minimal_output::finished(const host_finished& e) {
  auto result = visible(e.result, *e.task);
  switch (e.how) {
  case verdict::failed:
    return failed(e, std::move(result));
  case verdict::ok:
    return ok(e, std::move(result));
  case verdict::unreachable:
    return unreachable(e, result);
  case verdict::skipped:
    return out_->print(e.host + " | SKIPPED", color::skip);
  }
}

void minimal_output::on(const event& e) {
  if (const auto* done = std::get_if<host_finished>(&e)) finished(*done);
  if (const auto* said = std::get_if<message>(&e)) show_message(*out_, *said);
  if (const auto* shown = std::get_if<diff_shown>(&e)) {
    auto text = diff_text(visible(shown->result, *shown->task)["diff"], out_->options().color);
    if (!text.empty()) out_->print(text);
  }
}

} // namespace mito::report

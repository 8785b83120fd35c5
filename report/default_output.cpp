#include "report/default_output.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/recap.hpp"

namespace mito::report {

namespace {

std::string label_of(const std::string& host, const std::string& delegate) {
  return delegate.empty() ? host : host + " -> " + delegate;
}

core::value without(const core::value& v, std::string_view key) {
  core::dict d = v.as_dict();
  d.erase(key);
  return core::value(std::move(d));
}

} // namespace

default_output::default_output(std::shared_ptr<display> to, const dump_style& style, bool silent_skips)
    : out_(std::move(to)), style_(style), silent_skips_(silent_skips) {}

namespace {
bool is_include(const task_info& t) { return t.short_action == "include_tasks" || t.short_action == "include_role"; }
} // namespace

void default_output::on(const event& e) {
  std::visit([this](auto& one) { handle(one); }, e);
}

std::string default_output::dump(const core::value& shown, std::optional<int> indent) const {
  return style_.result(shown, out_->options(), indent);
}

void default_output::handle(const run_started& e) {
  auto& o = out_->options();
  if (o.verbosity > 1) out_->banner("PLAYBOOK: " + e.playbook.substr(e.playbook.rfind('/') + 1));
  if (o.verbosity > 3)
    for (auto& [name, value] : o.arguments) out_->print(name + ": " + value, color::verbose, where::screen_only);
  if (e.check && o.check_mode_markers) out_->banner("DRY RUN");
}

void default_output::handle(const play_started& e) {
  lockstep_ = e.lockstep;
  std::string mark = e.check && out_->options().check_mode_markers ? " [CHECK MODE]" : "";
  auto name = std::string(core::trim(e.name));
  out_->banner(name.empty() ? "PLAY" + mark : "PLAY [" + name + "]" + mark);
}

void default_output::task_path(const task_info& t) {
  if (t.where) out_->print("task path: " + t.where.file->name + ":" + std::to_string(t.where.line), color::debug);
}

void default_output::task_banner(const task_info& t) {
  std::string args;
  if (!t.no_log && !t.hide_args && out_->options().display_args_to_stdout) {
    for (auto& a : t.args.as_dict()) args += (args.empty() ? " " : ", ") + core::to_str(a.key) + "=" + core::to_str(a.val);
    if (args.empty()) args = " ";
  }
  std::string mark = t.check && out_->options().check_mode_markers ? " [CHECK MODE]" : "";
  out_->banner(std::string(t.handler ? "RUNNING HANDLER" : "TASK") + " [" + std::string(core::trim(t.name)) + args + "]" + mark);
  if (out_->options().verbosity >= 2) task_path(t);
  last_banner_ = t.id;
}

void default_output::need_banner(const task_info& t) {
  if (last_banner_ != t.id) task_banner(t);
}

void default_output::handle(const task_started& e) {
  auto& o = out_->options();
  // Where hosts are at different tasks, a result brings its heading.
  if (lockstep_ && o.display_skipped_hosts && o.display_ok_hosts) need_banner(*e.task);
}

void default_output::handle(const host_started& e) {
  if (!out_->options().show_per_host_start) return;
  std::string kind = e.task->handler ? "HANDLER: " : "TASK: ";
  // Ansible has put the name back as it was written by then.
  auto& name = e.task->written_name.empty() ? e.task->name : e.task->written_name;
  out_->print(" [started " + kind + name + " on " + e.host + "]", color::ok);
}

void default_output::warnings(core::value& result) {
  if (!out_->options().action_warnings) return;
  auto& list = result["warnings"];
  if (list.truthy()) {
    if (list.is_list())
      for (auto& w : list.as_list()) out_->warning(core::to_str(w));
    else
      out_->warning(core::to_str(list));
    result = without(result, "warnings");
  }
  if (result["deprecations"].truthy()) {
    for (auto& d : result["deprecations"].as_list()) out_->deprecated(d);
    result = without(result, "deprecations");
  }
}

void default_output::exception(core::value& result) {
  auto& text = result["exception"];
  if (!result.as_dict().contains("exception")) return;
  auto whole = core::to_str(text);
  auto to = out_->options().display_failed_stderr ? where::err : where::out;
  if (out_->options().verbosity < 3) {
    auto trimmed = core::trim(whole);
    out_->print("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: " +
                    std::string(trimmed.substr(trimmed.rfind('\n') + 1)),
                color::error, to);
    return;
  }
  out_->print("The full traceback is:\n" + whole, color::error, to);
  result = without(result, "exception");
}

void default_output::handle(const item_finished& e) {
  auto& o = out_->options();
  auto shown = visible(e.result, *e.task);
  auto label = label_of(e.host, e.delegate);
  auto result = only_what_debug_shows(shown, *e.task);
  // Ansible takes the label of what is not ok from what is left of the result.
  std::string item = "(item=" + item_label(e.how == verdict::ok ? shown : result) + ")";
  switch (e.how) {
  case verdict::failed:
  case verdict::unreachable:
    need_banner(*e.task);
    exception(result);
    warnings(result);
    out_->print("failed: [" + label + "] " + item + " => " + dump(result), color::error, o.display_failed_stderr ? where::err : where::out);
    return;
  case verdict::skipped: {
    if (!o.display_skipped_hosts || silent_skips_) return;
    need_banner(*e.task);
    std::string line = "skipping: [" + e.host + "] => " + item + " ";
    if (is_verbose(result, o.verbosity)) line += " => " + dump(result);
    out_->print(line, color::skip);
    return;
  }
  case verdict::ok: break;
  }
  if (is_include(*e.task)) return;
  bool changed = shown["changed"].truthy();
  if (!changed && !o.display_ok_hosts) return;
  need_banner(*e.task);
  std::string line = std::string(changed ? "changed" : "ok") + ": [" + label + "] => " + item;
  if (is_verbose(result, o.verbosity)) line += " => " + dump(result);
  out_->print(line, changed ? color::changed : color::ok);
}

void default_output::handle(const item_retried& e) {
  auto result = visible(e.result, *e.task);
  auto left = e.result.integer("retries") - e.result.integer("attempts");
  std::string line = "FAILED - RETRYING: [" + label_of(e.host, e.delegate) + "]: " + e.task->name + " (" +
                     std::to_string(left) + " retries left).";
  if (is_verbose(result, out_->options().verbosity, 2)) line += "Result was: " + dump(result);
  out_->print(line, color::debug);
}

void default_output::failed(const host_finished& e, core::value result, const std::string& label) {
  auto& o = out_->options();
  result = only_what_debug_shows(result, *e.task);
  need_banner(*e.task);
  exception(result);
  warnings(result);
  if (!(e.task->loop && result.as_dict().contains("results"))) {
    if (o.verbosity < 2 && o.show_task_path_on_failure) task_path(*e.task);
    out_->print("fatal: [" + label + "]: FAILED! => " + dump(result), color::error, o.display_failed_stderr ? where::err : where::out);
  }
  if (e.ignored) out_->print("...ignoring", color::skip);
}

void default_output::ok(const host_finished& e, core::value result, const std::string& label) {
  bool changed = result["changed"].truthy();
  if (!changed && !out_->options().display_ok_hosts) return;
  need_banner(*e.task);
  warnings(result);
  if (e.task->loop && result.as_dict().contains("results")) return;
  result = only_what_debug_shows(result, *e.task);
  std::string line = (changed ? "changed: [" : "ok: [") + label + "]";
  if (is_verbose(result, out_->options().verbosity)) line += " => " + dump(result);
  out_->print(line, changed ? color::changed : color::ok);
}

void default_output::skipped(const host_finished& e, core::value result) {
  auto& o = out_->options();
  if (!o.display_skipped_hosts || silent_skips_) return;
  result = only_what_debug_shows(result, *e.task);
  need_banner(*e.task);
  if (e.task->loop && result.as_dict().contains("results")) result = without(result, "results");
  std::string line = "skipping: [" + e.host + "]";
  if (is_verbose(result, o.verbosity)) line += " => " + dump(result);
  out_->print(line, color::skip);
}

void default_output::handle(const host_finished& e) {
  auto& o = out_->options();
  auto result = visible(e.result, *e.task);
  auto label = label_of(e.host, e.delegate);
  switch (e.how) {
  case verdict::failed: return failed(e, std::move(result), label);
  case verdict::ok:
    // What an include brought is said by file_included.
    return is_include(*e.task) ? need_banner(*e.task) : ok(e, std::move(result), label);
  case verdict::skipped: return skipped(e, std::move(result));
  case verdict::unreachable:
    need_banner(*e.task);
    out_->print("fatal: [" + label + "]: UNREACHABLE! => " + dump(result), color::unreachable, o.display_failed_stderr ? where::err : where::out);
    if (e.task->ignore_unreachable) out_->print("...ignoring", color::skip);
  }
}

void default_output::handle(const diff_shown& e) {
  auto result = visible(e.result, *e.task);
  if (!result["changed"].truthy() || !result["diff"].truthy()) return;
  auto text = diff_text(result["diff"], out_->options(), style_);
  if (text.empty()) return;
  need_banner(*e.task);
  out_->print(text);
}

void default_output::handle(const handler_notified& e) {
  if (out_->options().verbosity > 1) out_->print("NOTIFIED HANDLER " + e.handler + " for " + e.host, color::verbose, where::screen_only);
}

void default_output::handle(const file_included& e) {
  std::string text = "included: " + e.file + " for ";
  for (std::size_t i = 0; i < e.hosts.size(); ++i) text += (i ? ", " : "") + e.hosts[i];
  if (!e.label.empty()) text += " => (item=" + e.label + ")";
  out_->print(text, color::skip);
}

void default_output::handle(const no_hosts_matched&) { out_->print("skipping: no hosts matched", color::skip); }
void default_output::handle(const no_hosts_remaining&) { out_->banner("NO MORE HOSTS LEFT"); }
void default_output::handle(const message& e) { show_message(*out_, e); }

void default_output::custom_stats(const core::dict& stats) {
  auto one_line = [this](const core::value& v) {
    std::string out;
    for (char c : dump(v, 1))
      if (c != '\n') out += c;
    return out;
  };
  out_->banner("CUSTOM STATS: ");
  std::map<std::string, core::value> hosts;
  for (auto& e : stats)
    if (auto host = core::to_str(e.key); host != "_run") hosts.emplace(std::move(host), e.val);
  for (auto& [host, v] : hosts) out_->print("\t" + host + ": " + one_line(v));
  if (auto* run = stats.find("_run")) {
    out_->print("", color::none, where::screen_only);
    out_->print("\tRUN: " + one_line(*run));
  }
  out_->print("", color::none, where::screen_only);
}

void default_output::handle(const run_finished& e) {
  auto& o = out_->options();
  out_->banner("PLAY RECAP");
  static const palette plain;
  for (auto& [host, s] : e.stats) {
    out_->print(recap_line(host, s, o.colors), color::none, where::screen_only);
    out_->print(recap_line(host, s, plain), color::none, where::log_only);
  }
  out_->print("", color::none, where::screen_only);
  if (o.show_custom_stats && !e.custom_stats.empty()) custom_stats(e.custom_stats);
  if (o.check && o.check_mode_markers) out_->banner("DRY RUN");
}

} // namespace mito::report

#include "report/default_output.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/result_text.hpp"

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

default_output::default_output(std::shared_ptr<display> to) : out_(std::move(to)) {}

namespace {
bool is_include(const task_info& t) { return t.short_action == "include_tasks" || t.short_action == "include_role"; }
} // namespace

void default_output::on(const event& e) {
  std::visit([this](auto& one) { handle(one); }, e);
}

void default_output::tick() { update_status(); }

void default_output::update_status() {
  if (!out_->options().terminal || play_name_.empty()) return;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started_).count();
  std::string text = "[" + std::to_string(seconds) + "s] " + task_name_ + ": " + std::to_string(done_) + " done, " +
                     std::to_string(running_) + " running of " + std::to_string(hosts_) + " hosts";
  out_->status(std::move(text));
}

void default_output::handle(const run_started& e) {
  if (out_->options().verbosity > 1) out_->banner("PLAYBOOK: " + e.playbook.substr(e.playbook.rfind('/') + 1));
  if (e.check && out_->options().check_mode_markers) out_->banner("DRY RUN");
}

void default_output::handle(const play_started& e) {
  play_name_ = e.name;
  hosts_ = static_cast<unsigned>(e.hosts.size());
  std::string mark = e.check && out_->options().check_mode_markers ? " [CHECK MODE]" : "";
  auto name = std::string(core::trim(e.name));
  out_->banner(name.empty() ? "PLAY" + mark : "PLAY [" + name + "]" + mark);
}

void default_output::task_banner(const task_info& t) {
  std::string args;
  if (!t.no_log && out_->options().display_args_to_stdout) {
    for (auto& a : t.args.as_dict()) args += (args.empty() ? " " : ", ") + core::to_str(a.key) + "=" + core::to_str(a.val);
    if (args.empty()) args = " ";
  }
  std::string mark = t.check && out_->options().check_mode_markers ? " [CHECK MODE]" : "";
  out_->banner(std::string(t.handler ? "RUNNING HANDLER" : "TASK") + " [" + std::string(core::trim(t.name)) + args + "]" + mark);
  if (out_->options().verbosity >= 2 && t.where)
    out_->print("task path: " + t.where.file->name + ":" + std::to_string(t.where.line), color::debug);
  last_banner_ = t.id;
}

void default_output::need_banner(const task_info& t) {
  if (last_banner_ != t.id) task_banner(t);
}

void default_output::handle(const task_started& e) {
  task_name_ = std::string(core::trim(e.task->name));
  running_ = done_ = 0;
  auto& o = out_->options();
  if (o.display_skipped_hosts && o.display_ok_hosts) need_banner(*e.task);
  update_status();
}

void default_output::handle(const host_started& e) {
  ++running_;
  if (out_->options().show_per_host_start) out_->print(" [started TASK: " + e.task->name + " on " + e.host + "]", color::ok);
}

void default_output::warnings(core::value& result) {
  auto& list = result["warnings"];
  if (list.truthy()) {
    if (list.is_list())
      for (auto& w : list.as_list()) out_->warning(core::to_str(w));
    else
      out_->warning(core::to_str(list));
    result = without(result, "warnings");
  }
  if (result["deprecations"].truthy()) {
    for (auto& d : result["deprecations"].as_list()) {
      auto& text = d.is_dict() ? d["msg"] : d;
      out_->print(wrap_text("[DEPRECATION WARNING]: " + core::to_str(text), out_->options().columns), color::deprecate, true);
    }
    result = without(result, "deprecations");
  }
}

void default_output::exception(core::value& result) {
  auto& text = result["exception"];
  if (text.is_none()) return;
  auto whole = core::to_str(text);
  bool to_stderr = out_->options().display_failed_stderr;
  if (out_->options().verbosity < 3) {
    auto trimmed = core::trim(whole);
    out_->print("An exception occurred during task execution. To see the full traceback, use -vvv. The error was: " +
                    std::string(trimmed.substr(trimmed.rfind('\n') + 1)),
                color::error, to_stderr);
    return;
  }
  out_->print("The full traceback is:\n" + whole, color::error, to_stderr);
  result = without(result, "exception");
}

void default_output::handle(const item_finished& e) {
  auto& o = out_->options();
  auto result = only_what_debug_shows(visible(e.result, *e.task), *e.task);
  auto label = label_of(e.host, e.delegate);
  std::string item = "(item=" + item_label(result) + ")";
  switch (e.how) {
  case verdict::failed:
  case verdict::unreachable:
    need_banner(*e.task);
    exception(result);
    warnings(result);
    out_->print("failed: [" + label + "] " + item + " => " + dump_result(result, o), color::error, o.display_failed_stderr);
    return;
  case verdict::skipped: {
    if (!o.display_skipped_hosts) return;
    need_banner(*e.task);
    std::string line = "skipping: [" + e.host + "] => " + item + " ";
    if (is_verbose(result, o.verbosity)) line += " => " + dump_result(result, o);
    out_->print(line, color::skip);
    return;
  }
  case verdict::ok: break;
  }
  if (is_include(*e.task)) return;
  bool changed = result["changed"].truthy();
  if (!changed && !o.display_ok_hosts) return;
  need_banner(*e.task);
  std::string line = std::string(changed ? "changed" : "ok") + ": [" + label + "] => " + item;
  if (is_verbose(result, o.verbosity)) line += " => " + dump_result(result, o);
  out_->print(line, changed ? color::changed : color::ok);
}

void default_output::handle(const item_retried& e) {
  auto& o = out_->options();
  auto result = visible(e.result, *e.task);
  auto left = e.result.integer("retries") - e.result.integer("attempts");
  std::string line = "FAILED - RETRYING: [" + label_of(e.host, e.delegate) + "]: " + e.task->name + " (" +
                     std::to_string(left) + " retries left).";
  if (is_verbose(result, o.verbosity, 2)) line += "Result was: " + dump_result(result, o);
  out_->print(line, color::debug);
}

void default_output::failed(const host_finished& e, core::value result, const std::string& label) {
  auto& o = out_->options();
  result = only_what_debug_shows(result, *e.task);
  need_banner(*e.task);
  exception(result);
  warnings(result);
  if (!(e.task->loop && result.as_dict().contains("results"))) {
    if (o.verbosity < 2 && o.show_task_path_on_failure && e.task->where)
      out_->print("task path: " + e.task->where.file->name + ":" + std::to_string(e.task->where.line), color::debug);
    out_->print("fatal: [" + label + "]: FAILED! => " + dump_result(result, o), color::error, o.display_failed_stderr);
  }
  if (e.ignored) out_->print("...ignoring", color::skip);
}

void default_output::ok(const host_finished& e, core::value result, const std::string& label) {
  auto& o = out_->options();
  bool changed = result["changed"].truthy();
  if (!changed && !o.display_ok_hosts) return;
  need_banner(*e.task);
  warnings(result);
  if (e.task->loop && result.as_dict().contains("results")) return;
  result = only_what_debug_shows(result, *e.task);
  std::string line = (changed ? "changed: [" : "ok: [") + label + "]";
  if (is_verbose(result, o.verbosity)) line += " => " + dump_result(result, o);
  out_->print(line, changed ? color::changed : color::ok);
}

void default_output::handle(const host_finished& e) {
  auto& o = out_->options();
  if (running_) --running_;
  ++done_;
  auto result = visible(e.result, *e.task);
  auto label = label_of(e.host, e.delegate);
  switch (e.how) {
  case verdict::failed: failed(e, std::move(result), label); break;
  case verdict::ok:
    // What an include brought is said by file_included.
    if (is_include(*e.task))
      need_banner(*e.task);
    else
      ok(e, std::move(result), label);
    break;
  case verdict::unreachable:
    need_banner(*e.task);
    out_->print("fatal: [" + label + "]: UNREACHABLE! => " + dump_result(result, o), color::unreachable, o.display_failed_stderr);
    if (e.task->ignore_unreachable) out_->print("...ignoring", color::skip);
    break;
  case verdict::skipped: {
    if (!o.display_skipped_hosts) break;
    result = only_what_debug_shows(result, *e.task);
    need_banner(*e.task);
    if (e.task->loop && result.as_dict().contains("results")) result = without(result, "results");
    std::string line = "skipping: [" + e.host + "]";
    if (is_verbose(result, o.verbosity)) line += " => " + dump_result(result, o);
    out_->print(line, color::skip);
    break;
  }
  }
  update_status();
}

void default_output::handle(const diff_shown& e) {
  auto result = visible(e.result, *e.task);
  if (!result["changed"].truthy()) return;
  auto text = diff_text(result["diff"], out_->options().color);
  if (text.empty()) return;
  need_banner(*e.task);
  out_->print(text);
}

void default_output::handle(const handler_notified& e) {
  if (out_->options().verbosity > 1) out_->print("NOTIFIED HANDLER " + e.handler + " for " + e.host, color::verbose);
}

void default_output::handle(const file_included& e) {
  std::string text = "included: " + e.file + " for ";
  for (std::size_t i = 0; i < e.hosts.size(); ++i) text += (i ? ", " : "") + e.hosts[i];
  if (!e.label.empty()) text += " => (item=" + e.label + ")";
  out_->print(text, color::skip);
}

void default_output::handle(const no_hosts_matched&) { out_->print("skipping: no hosts matched", color::skip); }
void default_output::handle(const no_hosts_remaining&) { out_->banner("NO MORE HOSTS LEFT"); }

void default_output::handle(const message& e) {
  if (e.verbosity > out_->options().verbosity) return;
  if (e.level == core::severity::warning) return out_->warning(e.text);
  if (e.level == core::severity::error) return out_->print("ERROR! " + e.text, color::error, true);
  auto text = e.host.empty() ? e.text : "<" + e.host + "> " + e.text;
  // What nobody asked to see belongs beside the output, not into it.
  out_->print(text, e.verbosity > 0 ? color::verbose : color::none, e.verbosity == 0 && !e.host.empty());
}

void default_output::recap_line(const std::string& host, const host_stats& s) {
  bool colors = out_->options().color;
  auto pad = [](std::string text, std::size_t width) {
    auto n = core::count_code_points(text);
    if (n < width) text.append(width - n, ' ');
    return text;
  };
  std::string name = host;
  if (colors) name = paint(host, s.failed || s.unreachable ? color::error : s.changed ? color::changed : color::ok, true);
  std::string line = pad(name, colors ? 37 : 26) + " :";
  auto count = [&](const char* what, unsigned n, color c) {
    auto text = std::string(what) + "=" + pad(std::to_string(n), 4);
    line += " " + (n ? paint(text, c, colors) : text);
  };
  count("ok", s.ok, color::ok);
  count("changed", s.changed, color::changed);
  count("unreachable", s.unreachable, color::unreachable);
  count("failed", s.failed, color::error);
  count("skipped", s.skipped, color::skip);
  count("rescued", s.rescued, color::ok);
  count("ignored", s.ignored, color::warn);
  out_->print(line);
}

void default_output::handle(const run_finished& e) {
  play_name_.clear();
  out_->status("");
  out_->banner("PLAY RECAP");
  for (auto& [host, s] : e.stats) recap_line(host, s);
  out_->print("");
  if (out_->options().check && out_->options().check_mode_markers) out_->banner("DRY RUN");
}

} // namespace mito::report

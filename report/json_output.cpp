#include "report/json_output.hpp"

#include <ctime>

#include "core/json.hpp"
#include "report/recap.hpp"
#include "report/result_text.hpp"

namespace mito::report {

namespace {

std::string now_text() {
  auto us = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::time_t s = static_cast<std::time_t>(us / 1000000);
  std::tm tm{};
  ::gmtime_r(&s, &tm);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                tm.tm_hour, tm.tm_min, tm.tm_sec, static_cast<int>(us % 1000000));
  return text;
}

core::value duration(const std::string& start, const std::string& end) {
  core::dict d;
  if (!end.empty()) d.set("end", core::value(end));
  d.set("start", core::value(start));
  return core::value(std::move(d));
}

std::string path_of(const core::location& where) {
  return where ? where.file->name + ":" + std::to_string(where.line) : std::string();
}

core::value stats_of(const host_stats& s) {
  core::dict d;
  auto count = [&](const char* name, unsigned n) { d.set(name, core::value(static_cast<std::int64_t>(n))); };
  count("changed", s.changed);
  count("failures", s.failed);
  count("ignored", s.ignored);
  count("ok", s.ok);
  count("rescued", s.rescued);
  count("skipped", s.skipped);
  count("unreachable", s.unreachable);
  return core::value(std::move(d));
}

} // namespace

json_output::json_output(std::shared_ptr<display> to) : out_(std::move(to)) {}

void json_output::on(const event& e) {
  if (auto* play = std::get_if<play_started>(&e)) return begin(*play);
  if (auto* said = std::get_if<message>(&e)) {
    // Notes would break the document: what is meant for everybody goes beside it, what -v shows is left out.
    if (said->level != core::severity::note) return show_message(*out_, *said);
    if (said->verbosity == 0) out_->print(said->text, color::none, where::err);
    return;
  }
  if (auto* end = std::get_if<run_finished>(&e)) return show(*end);
  if (plays_.empty()) return;
  if (auto* started = std::get_if<task_started>(&e)) {
    if (plays_.back().lockstep) begin(*started->task);
  } else if (auto* here = std::get_if<host_started>(&e)) {
    if (plays_.back().lockstep) return;
    begin(*here->task);
    entry_of_[{here->host, here->task->id}] = plays_.back().tasks.size() - 1;
  } else if (auto* done = std::get_if<host_finished>(&e)) {
    record(*done);
  }
}

void json_output::begin(const play_started& e) {
  play_entry p;
  p.play.set("name", core::value(e.name));
  p.play.set("id", core::value("play-" + std::to_string(e.id)));
  p.play.set("path", core::value(path_of(e.where)));
  p.started = now_text();
  p.lockstep = e.lockstep;
  plays_.push_back(std::move(p));
  entry_of_.clear();
}

void json_output::begin(const task_info& t) {
  task_entry entry;
  entry.task.set("name", core::value(t.name));
  entry.task.set("id", core::value(std::to_string(t.id)));
  entry.task.set("path", core::value(path_of(t.where)));
  entry.started = now_text();
  plays_.back().tasks.push_back(std::move(entry));
}

void json_output::record(const host_finished& e) {
  auto& play = plays_.back();
  if (play.tasks.empty()) return;
  core::dict result = visible(e.result, *e.task).as_dict();
  if (e.how == verdict::failed) result.set("failed", core::value(true));
  if (e.how == verdict::skipped) result.set("skipped", core::value(true));
  result.set("action", core::value(e.task->action));
  auto at = entry_of_.find({e.host, e.task->id});
  auto& t = at == entry_of_.end() ? play.tasks.back() : play.tasks[at->second];
  if (at != entry_of_.end()) entry_of_.erase(at);
  t.hosts.set(e.host, core::value(std::move(result)));
  t.ended = play.ended = now_text();
}

void json_output::show(const run_finished& e) {
  core::list plays;
  for (auto& p : plays_) {
    core::list tasks;
    for (auto& t : p.tasks) {
      core::dict task = t.task, entry;
      task.set("duration", duration(t.started, t.ended));
      entry.set("hosts", core::value(core::dict(t.hosts)));
      entry.set("task", core::value(std::move(task)));
      tasks.push_back(core::value(std::move(entry)));
    }
    core::dict play = p.play, entry;
    play.set("duration", duration(p.started, p.ended));
    entry.set("play", core::value(std::move(play)));
    entry.set("tasks", core::value(std::move(tasks)));
    plays.push_back(core::value(std::move(entry)));
  }
  core::dict stats, custom, global;
  for (auto& [host, s] : e.stats) stats.set(host, stats_of(s));
  if (out_->options().show_custom_stats) {
    custom = e.custom_stats;
    if (auto* run = custom.find("_run")) global = run->as_dict();
    custom.erase("_run");
  }
  core::dict out;
  out.set("plays", core::value(std::move(plays)));
  out.set("stats", core::value(std::move(stats)));
  out.set("custom_stats", core::value(std::move(custom)));
  out.set("global_custom_stats", core::value(std::move(global)));
  auto indent = out_->options().json_indent;
  out_->print(sorted_json(out, indent > 0 ? indent : -1, true));
}

} // namespace mito::report

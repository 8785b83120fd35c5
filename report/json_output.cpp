#include "report/json_output.hpp"

#include <ctime>

#include "core/json.hpp"
#include "core/text.hpp"
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

} // namespace

json_output::json_output(std::shared_ptr<display> to, int indent) : out_(std::move(to)), indent_(indent) {}

void json_output::on(const event& e) {
  if (auto* play = std::get_if<play_started>(&e)) {
    auto path = play->where ? play->where.file->name + ":" + std::to_string(play->where.line) : std::string();
    plays_.push_back({play->name, path, now_text(), "", {}});
  } else if (auto* started = std::get_if<task_started>(&e)) {
    if (plays_.empty()) return;
    task_entry t;
    t.id = started->task->id;
    t.task.set("name", core::value(started->task->name));
    t.task.set("id", core::value(std::to_string(t.id)));
    auto& where = started->task->where;
    t.task.set("path", core::value(where ? where.file->name + ":" + std::to_string(where.line) : std::string()));
    t.started = now_text();
    plays_.back().tasks.push_back(std::move(t));
  } else if (auto* done = std::get_if<host_finished>(&e)) {
    record(*done);
  } else if (auto* said = std::get_if<message>(&e)) {
    if (said->level == core::severity::warning) out_->warning(said->text);
    if (said->level == core::severity::error) out_->print("ERROR! " + said->text, color::error, true);
  } else if (auto* end = std::get_if<run_finished>(&e)) {
    show(*end);
  }
}

void json_output::record(const host_finished& e) {
  if (plays_.empty() || plays_.back().tasks.empty()) return;
  core::dict result = visible(e.result, *e.task).as_dict();
  if (e.how == verdict::failed) result.set("failed", core::value(true));
  if (e.how == verdict::skipped) result.set("skipped", core::value(true));
  result.set("action", core::value(e.task->action));
  auto& t = plays_.back().tasks.back();
  t.hosts.set(e.host, core::value(std::move(result)));
  t.ended = plays_.back().ended = now_text();
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
    core::dict play, entry;
    play.set("duration", duration(p.started, p.ended));
    play.set("name", core::value(p.name));
    play.set("path", core::value(p.path));
    entry.set("play", core::value(std::move(play)));
    entry.set("tasks", core::value(std::move(tasks)));
    plays.push_back(core::value(std::move(entry)));
  }
  core::dict stats;
  for (auto& [host, s] : e.stats) {
    core::dict d;
    auto count = [&](const char* name, unsigned n) { d.set(name, core::value(static_cast<std::int64_t>(n))); };
    count("changed", s.changed);
    count("failures", s.failed);
    count("ignored", s.ignored);
    count("ok", s.ok);
    count("rescued", s.rescued);
    count("skipped", s.skipped);
    count("unreachable", s.unreachable);
    stats.set(host, core::value(std::move(d)));
  }
  core::dict out;
  out.set("plays", core::value(std::move(plays)));
  out.set("stats", core::value(std::move(stats)));
  out.set("custom_stats", core::value(core::dict{}));
  out.set("global_custom_stats", core::value(core::dict{}));
  out_->print(core::to_json(core::value(std::move(out)), {.spaced = true, .indent = indent_, .sort_keys = true, .ascii = true}));
}

} // namespace mito::report

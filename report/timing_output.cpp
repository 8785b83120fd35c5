#include "report/timing_output.hpp"

#include <algorithm>
#include <ctime>

#include "core/text.hpp"

namespace mito::report {

namespace {

double seconds_of(wall_clock::duration d) { return std::chrono::duration<double>(d).count(); }

/// "H:MM:SS.mmm"
std::string clock_text(wall_clock::duration d) {
  auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  char text[64];
  std::snprintf(text, sizeof text, "%lld:%02d:%02d.%03d", static_cast<long long>(ms / 3600000), static_cast<int>(ms / 60000 % 60),
                static_cast<int>(ms / 1000 % 60), static_cast<int>(ms % 1000));
  return text;
}

/// `text` and a blank, filled up to 79 columns, and a blank.
std::string filled(std::string text, char with) {
  if (!text.empty()) text += ' ';
  auto n = core::count_code_points(text);
  text.append(n + 3 > 79 ? 3 : 79 - n, with);
  return text + ' ';
}

/// `name` and a blank, padded with dashes to `width`.
std::string dashed(std::string name, std::size_t width) {
  name += ' ';
  auto n = core::count_code_points(name);
  if (n < width) name.append(width - n, '-');
  return name;
}

/// " 1.23s", padded with dashes on its left to nine columns.
std::string dashed_seconds(double seconds) {
  char text[64];
  std::snprintf(text, sizeof text, " %.02fs", seconds);
  std::string shown = text;
  return shown.size() < 9 ? std::string(9 - shown.size(), '-') + shown : shown;
}

} // namespace

void timer_output::on(const event& e) {
  if (!std::holds_alternative<run_finished>(e)) return;
  auto s = std::chrono::duration_cast<std::chrono::seconds>(wall_clock::now() - started_).count();
  out_->print("Playbook run took " + std::to_string(s / 86400) + " days, " + std::to_string(s / 3600 % 24) + " hours, " +
              std::to_string(s / 60 % 60) + " minutes, " + std::to_string(s % 60) + " seconds");
}

std::string time_line::next(wall_clock::time_point now) {
  auto at = wall_clock::to_time_t(now);
  std::tm tm{};
  ::localtime_r(&at, &tm);
  char date[128];
  std::strftime(date, sizeof date, "%A %d %B %Y  %H:%M:%S %z", &tm);
  auto text = std::string(date) + " (" + clock_text(now - last_) + ")       " + clock_text(now - first_);
  last_ = now;
  return filled(std::move(text), '*');
}

void profile_tasks_output::on(const event& e) {
  if (auto* task = std::get_if<task_started>(&e)) begin(*task->task);
  if (std::holds_alternative<run_finished>(e)) show();
}

void profile_tasks_output::stop(wall_clock::time_point now) {
  if (current_) entries_[*current_].seconds += seconds_of(now - entries_[*current_].started);
  current_.reset();
}

void profile_tasks_output::begin(const task_info& t) {
  auto now = now_();
  out_->print(line_.next(now));
  stop(now);
  auto origin = t.origin ? t.origin : t.id;
  auto found = std::find_if(entries_.begin(), entries_.end(), [&](auto& x) { return x.origin == origin; });
  if (found == entries_.end()) found = entries_.insert(found, {origin, t.name, {}, {}, 0});
  found->started = now;
  if (out_->options().verbosity >= 2 && t.where) found->path = t.where.file->name + ":" + std::to_string(t.where.line);
  current_ = static_cast<std::size_t>(found - entries_.begin());
}

void profile_tasks_output::show() {
  auto now = now_();
  out_->print(line_.next(now));
  out_->print(filled("", '='));
  stop(now);
  auto shown = entries_;
  if (options_.order == "ascending")
    std::stable_sort(shown.begin(), shown.end(), [](auto& a, auto& b) { return a.seconds < b.seconds; });
  else if (options_.order != "none")
    std::stable_sort(shown.begin(), shown.end(), [](auto& a, auto& b) { return a.seconds > b.seconds; });
  if (options_.limit && shown.size() > *options_.limit) shown.resize(*options_.limit);
  std::size_t columns = out_->options().columns;
  for (auto& x : shown) {
    auto text = dashed(x.name, columns - 9) + dashed_seconds(x.seconds);
    if (!x.path.empty()) text += "\n" + dashed(x.path, columns);
    out_->print(text);
  }
}

void profile_roles_output::on(const event& e) {
  if (std::holds_alternative<run_finished>(e)) return show();
  auto* task = std::get_if<task_started>(&e);
  if (!task) return;
  auto now = now_();
  out_->print(line_.next(now));
  stop(now);
  auto& t = *task->task;
  // A role of a collection goes by its own name.
  auto name = t.role.empty() ? t.action : t.role.substr(t.role.rfind('.') + 1);
  auto found = std::find_if(entries_.begin(), entries_.end(), [&](auto& x) { return x.name == name; });
  if (found == entries_.end()) found = entries_.insert(found, {name, 0});
  current_ = static_cast<std::size_t>(found - entries_.begin());
  started_ = now;
}

void profile_roles_output::stop(wall_clock::time_point now) {
  if (current_) entries_[*current_].seconds += seconds_of(now - started_);
  current_.reset();
}

void profile_roles_output::show() {
  auto now = now_();
  out_->print(line_.next(now));
  out_->print(filled("", '='));
  stop(now);
  auto shown = entries_;
  std::stable_sort(shown.begin(), shown.end(), [](auto& a, auto& b) { return a.seconds > b.seconds; });
  double total = 0;
  for (auto& x : shown) {
    total += x.seconds;
    out_->print(dashed(x.name, 70) + dashed_seconds(x.seconds));
  }
  out_->print(filled("", '~'));
  out_->print(dashed("total", 70) + dashed_seconds(total));
}

} // namespace mito::report

#include "report/progress_output.hpp"

#include "core/text.hpp"

namespace mito::report {

namespace {

std::string duration_text(std::chrono::seconds whole) {
  auto n = whole.count();
  char text[48];
  if (n < 3600)
    std::snprintf(text, sizeof text, "%d:%02d", static_cast<int>(n / 60), static_cast<int>(n % 60));
  else
    std::snprintf(text, sizeof text, "%lld:%02d:%02d", static_cast<long long>(n / 3600), static_cast<int>(n / 60 % 60),
                  static_cast<int>(n % 60));
  return text;
}

} // namespace

progress_output::progress_output(std::shared_ptr<display> to) : out_(std::move(to)) {}

void progress_output::on(const event& e) {
  if (auto* play = std::get_if<play_started>(&e)) {
    in_play_ = true;
    hosts_ = play->hosts.size();
    task_.clear();
    running_.clear();
    done_.clear();
    failed_.clear();
  } else if (auto* task = std::get_if<task_started>(&e)) {
    task_ = std::string(core::trim(task->task->name));
    running_.clear();
    done_.clear();
  } else if (auto* begun = std::get_if<host_started>(&e)) {
    running_.insert(begun->host);
    done_.erase(begun->host);
  } else if (auto* over = std::get_if<host_finished>(&e)) {
    running_.erase(over->host);
    done_.insert(over->host);
    bool bad = (over->how == verdict::failed || over->how == verdict::unreachable) && !over->ignored && !over->rescued;
    if (bad) failed_.insert(over->host);
  } else if (std::holds_alternative<run_finished>(e)) {
    in_play_ = false;
    out_->status("");
  }
}

// The line changes with the clock only: a burst of results is no reason to draw it again and again.
void progress_output::tick() {
  if (in_play_) out_->status(line(clock::now()));
}

std::string progress_output::line(clock::time_point now) const {
  if (!in_play_) return {};
  // What matters most stands first: a narrow terminal shows the beginning only.
  std::string out = duration_text(std::chrono::duration_cast<std::chrono::seconds>(now - started_));
  out += " " + std::to_string(done_.size()) + "/" + std::to_string(hosts_) + " hosts";
  if (!running_.empty()) out += ", " + std::to_string(running_.size()) + " running";
  if (!failed_.empty()) out += ", " + std::to_string(failed_.size()) + " failed";
  if (!task_.empty()) out += ": " + task_;
  return out;
}

} // namespace mito::report

#pragma once
/// The callbacks of ansible.posix that measure time: timer, profile_tasks, profile_roles.
#include <memory>
#include <optional>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

using wall_clock = std::chrono::system_clock;
using now_function = wall_clock::time_point (*)();

/// "Playbook run took 0 days, 0 hours, 0 minutes, 12 seconds".
class timer_output final : public sink {
public:
  explicit timer_output(std::shared_ptr<display> to) : out_(std::move(to)) {}
  void on(const event& e) override;

private:
  std::shared_ptr<display> out_;
  wall_clock::time_point started_ = wall_clock::now();
};

/// The line between a task's heading and its results: date, time since the last one, time since the start.
class time_line {
public:
  explicit time_line(wall_clock::time_point start) : first_(start), last_(start) {}
  std::string next(wall_clock::time_point now);

private:
  wall_clock::time_point first_, last_;
};

struct profile_options {
  std::optional<std::size_t> limit = 20; ///< tasks in the summary; nothing: all
  std::string order = "descending";      ///< or ascending, none
};

class profile_tasks_output final : public sink {
public:
  profile_tasks_output(std::shared_ptr<display> to, profile_options options, now_function now = wall_clock::now)
      : out_(std::move(to)), options_(std::move(options)), now_(now), line_(now()) {}
  void on(const event& e) override;

private:
  struct entry {
    std::uint64_t origin;
    std::string name, path;
    wall_clock::time_point started;
    double seconds = 0;
  };
  void begin(const task_info& t);
  void stop(wall_clock::time_point now);
  void show();

  std::shared_ptr<display> out_;
  profile_options options_;
  now_function now_;
  time_line line_;
  std::vector<entry> entries_; ///< in order of their first start
  std::optional<std::size_t> current_;
};

/// By role, or by action where a task is in none.
class profile_roles_output final : public sink {
public:
  explicit profile_roles_output(std::shared_ptr<display> to, now_function now = wall_clock::now)
      : out_(std::move(to)), now_(now), line_(now()) {}
  void on(const event& e) override;

private:
  struct entry {
    std::string name;
    double seconds = 0;
  };
  void stop(wall_clock::time_point now);
  void show();

  std::shared_ptr<display> out_;
  now_function now_;
  time_line line_;
  std::vector<entry> entries_;
  std::optional<std::size_t> current_;
  wall_clock::time_point started_;
};

} // namespace mito::report

#pragma once
/// What happens in a run, in the order it happens: all that any output needs. Values are shared, never copied.
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/value.hpp"

namespace mito::report {

/// Identifies a task within a run, and what outputs need to know of it.
struct task_info {
  std::uint64_t id = 0;         ///< a new one each time a task (or handler) is started
  std::uint64_t origin = 0;     ///< the task of the playbook: the same in each batch of `serial`; 0: none, `id` tells
  std::string name;             ///< templated; the action where it has no name
  std::string written_name;     ///< the name before it was templated
  std::string action;           ///< as written
  std::string short_action;     ///< without collection
  core::location where;
  std::string role;             ///< full name; `name` has it in front already
  bool loop = false;
  bool no_log = false;
  bool hide_args = false;       ///< no_log is set, or only the host's variables can tell
  bool check = false;
  bool handler = false;
  bool ignore_unreachable = false;
  core::value args;             ///< raw; for display_args_to_stdout
};
using task_ref = std::shared_ptr<const task_info>;

struct run_started {
  std::string playbook; ///< path as given
  bool check = false;
};
struct play_started {
  std::uint64_t id = 0;
  std::string name; ///< the hosts pattern where it has no name
  bool check = false;
  core::location where;
  std::vector<std::string> hosts;
  bool lockstep = true; ///< false for the strategies free and host_pinned: hosts are at different tasks
};
struct task_started {
  task_ref task;
};
/// A host begins a task (status line, show_per_host_start).
struct host_started {
  task_ref task;
  std::string host;
};
enum class verdict : std::uint8_t { ok, failed, skipped, unreachable };
/// One iteration of a loop is over.
struct item_finished {
  task_ref task;
  std::string host, delegate;
  verdict how = verdict::ok;
  core::value result;
};
struct item_retried {
  task_ref task;
  std::string host, delegate;
  core::value result;
};
struct host_finished {
  task_ref task;
  std::string host, delegate; ///< delegate: the host that really ran it, empty when the same
  verdict how = verdict::ok;
  bool ignored = false;       ///< ignore_errors / ignore_unreachable
  bool rescued = false;
  core::value result;         ///< with results[] for loops
  std::chrono::microseconds took{0};
};
struct diff_shown {
  task_ref task;
  std::string host;
  core::value result;
};
struct handler_notified {
  std::string handler, host;
};
/// An include brought a file's tasks.
struct file_included {
  task_ref task;
  std::string file;
  std::vector<std::string> hosts;
  std::string label; ///< of the loop's item; empty outside loops
  core::dict vars;   ///< of the loop's item
};
struct no_hosts_matched {};
struct no_hosts_remaining {};
struct message {
  core::severity level = core::severity::note;
  int verbosity = 0;   ///< shown from this many -v on
  std::string host;    ///< empty: the run's
  std::string text;
};

struct host_stats {
  unsigned ok = 0, changed = 0, unreachable = 0, failed = 0, skipped = 0, rescued = 0, ignored = 0;
};
struct run_finished {
  /// Hosts that ran anything, sorted by name.
  std::map<std::string, host_stats> stats;
  core::dict custom_stats; ///< set_stats: host or "_run" → dict
  std::vector<std::string> to_retry; ///< failed or unreachable, of all plays so far; sorted
  bool interrupted = false;
};

using event = std::variant<run_started, play_started, task_started, host_started, item_finished, item_retried,
                           host_finished, diff_shown, handler_notified, file_included, no_hosts_matched, no_hosts_remaining, message,
                           run_finished>;

/// One way of showing a run. Called from one thread, in order. Results arrive complete: an output hides what no_log says.
class sink {
public:
  virtual ~sink() = default;
  virtual void on(const event& e) = 0;
  /// Called now and then (a few times a second) while the run goes on: status lines.
  virtual void tick() {}
};

} // namespace mito::report

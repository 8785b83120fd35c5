#pragma once
/// What one task means on one host: loop, when, until, register, changed_when, failed_when, no_log.
/// A state machine without I/O: `start` and `resume` return what has to happen next.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/task_spec.hpp"
#include "templating/templar.hpp"

namespace mito::engine {

/// How an account other than the login's is reached; all fields final.
struct become_settings {
  bool active = false;
  std::string method = "sudo";
  std::string user = "root";
  std::string exe, flags;
  std::optional<std::string> password;
};

/// One execution of the task's action, everything templated.
struct action_request {
  std::string action;
  core::value args;
  core::value raw_args; ///< untemplated, for actions that template by themselves (assert)
  core::dict environment;
  become_settings become;
  bool check = false;
  bool diff = false;
  bool no_log = false;
  std::optional<std::string> delegate_to;
  std::optional<std::string> connection, remote_user;
  std::chrono::milliseconds timeout{0};
  /// The variables of this iteration, for actions that template by themselves. Lives as long as the request.
  std::shared_ptr<const templating::scope> vars;
};

/// A loop iteration has its result; the report shows it at once.
struct item_report {
  core::value result; ///< with `_ansible_item_label`, item, …
  bool diff = false;  ///< differences are to be shown
  std::optional<std::string> delegate_to;
};

/// An attempt of an `until` loop has failed; shown as "FAILED - RETRYING", then the run waits `delay`.
struct retry_report {
  core::value result;
  std::chrono::milliseconds delay{0};
};

struct pause_request {
  std::chrono::milliseconds duration{0};
};

/// The task is over on this host.
struct task_result {
  core::value result;
  bool ignore_errors = false;
  bool ignore_unreachable = false;
  bool no_log = false;
  bool diff = false;
  bool looped = false; ///< `results` holds one entry per item
  /// Handlers to notify should the task have changed something.
  std::vector<std::string> notify;
  std::optional<std::string> register_as;
  std::optional<std::string> delegate_to;
};

using task_step = std::variant<action_request, item_report, retry_report, pause_request, task_result>;

/// Defaults that the play, the command line and the configuration give.
struct run_defaults {
  bool check = false;
  bool diff = false;
  become_settings become; ///< --become and friends
  bool inject_facts = true; ///< INJECT_FACTS_AS_VARS
};

/// `vars` is this host's view at the time the task starts. The object is used by one thread at a time.
class task_run {
public:
  task_run(std::shared_ptr<const task_spec> spec, std::shared_ptr<const templating::scope> vars,
           const templating::templar& templar, run_defaults defaults);
  ~task_run();

  task_step start();
  /// After an action_request: its result (a dict).
  task_step resume(core::value result);
  /// After item_report, retry_report (once its delay is over) and pause_request.
  task_step resume();

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Reads a result's flags with Ansible's rules (loops count when any item does).
bool is_failed(const core::value& result);
bool is_unreachable(const core::value& result);
bool is_skipped(const core::value& result);
bool is_changed(const core::value& result);
core::value failed_result(std::string_view message);
/// In an action's result: "failure" ends the execution with this result as it is, "error" the task with all its loop.
inline constexpr std::string_view raised_key = "_mito_raised";

/// "message\n\nThe error appears to be in 'file': line …" as Ansible words errors that have a place.
std::string with_place(std::string_view message, const core::location& where);

} // namespace mito::engine

#pragma once
/// A playbook as loaded: plain data, templates untouched. Made by playbook/loader.hpp, read by engine users.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// A keyword's value as written (it may be a template) and where it stands.
struct field {
  core::value raw;
  core::location where;
  bool set = false;
  explicit operator bool() const { return set; }
};

/// Keywords that plays, blocks and tasks share; a task's effective value is the innermost that is set
/// (environment and vars merge, tags add up, when conditions all apply).
struct common {
  field become, become_user, become_method, become_flags, become_exe;
  field remote_user, port, connection, timeout, throttle;
  field check_mode, diff, no_log, run_once, ignore_errors, ignore_unreachable, any_errors_fatal, debugger;
  std::vector<field> environment; ///< outermost first
  core::dict vars;                ///< raw
  std::vector<field> when;        ///< own conditions only
  std::vector<std::string> tags;
  core::dict module_defaults;
};

struct loop_spec {
  enum class form : std::uint8_t { none, loop, with } kind = form::none;
  std::string with_lookup; ///< "items", "dict", … for with_*
  field over;
  field loop_control; ///< dict: loop_var, index_var, label, pause, extended
};

struct task {
  std::string name;   ///< as written; may be a template
  std::string action; ///< resolved short name of a known action or module ("copy"), FQCN otherwise
  std::string action_as_written;
  core::value args; ///< dict; free form is in `_raw_params`
  core::location where;
  common shared;
  loop_spec loop;
  field register_as, changed_when, failed_when, until, retries, delay, notify, delegate_to, delegate_facts,
      async, poll, args_keyword;
  std::vector<std::string> listen; ///< handlers
  bool implicit = false;           ///< meta tasks that we add (flush_handlers), gather_facts
  std::string role;                ///< empty outside roles
};

struct block;

/// One entry of a task list: a task or a block.
struct item {
  std::shared_ptr<const playbook::task> task; ///< exactly one of the two
  std::shared_ptr<const playbook::block> block;
};

struct block {
  std::string name;
  core::location where;
  common shared;
  std::vector<item> body, rescue, always;
  /// A block may not notify etc.; what it may have is in `shared`.
  field delegate_to, delegate_facts, notify;
};

struct play {
  std::string name;
  core::location where;
  field hosts;
  common shared;
  field gather_facts, gather_subset, gather_timeout, serial, forks, strategy, order, max_fail_percentage,
      force_handlers;
  field vars_files, vars_prompt;
  std::vector<item> pre_tasks, roles, tasks, post_tasks;
  std::vector<item> handlers;
  std::string directory; ///< of the playbook file: searched for files, templates, group_vars
};

struct playbook {
  std::string path;
  std::vector<play> plays;
};

} // namespace mito::playbook

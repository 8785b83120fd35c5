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
  std::vector<field> module_defaults; ///< dicts, outermost first: a later one replaces a module's defaults
  std::vector<std::string> collections; ///< innermost list that is set
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
  bool implicit = false;           ///< meta tasks that we add (flush_handlers, role_complete), gather_facts
};

struct block;
struct role;

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

  /// Where its items come from: written in place, another file's (import_tasks, or loaded for an include), or a role's
  /// (`role` is set). Only what is written makes a block of its own for rescue and always.
  enum class origin : std::uint8_t { written, file, role } from = origin::written;
  std::shared_ptr<const playbook::role> role;
  /// origin::file: the folder part of the file's name as given; names in it are looked for there first.
  std::string folder;
};

/// A role as one place of a play uses it. Uses with equal parameters share one, which then runs once (Ansible's role
/// cache).
struct role {
  std::string name;       ///< without its collection
  std::string collection; ///< "namespace.name"; empty for a plain role
  std::string path;       ///< absolute
  core::location where;   ///< of the use
  /// Keywords of the use. `vars` are the role's own, not its tasks'.
  common shared;
  field delegate_to, delegate_facts;
  core::dict params;   ///< what else the use says
  core::dict defaults; ///< defaults/main
  core::dict vars;     ///< vars/main
  std::vector<std::shared_ptr<const role>> dependencies;
  /// Own tasks and handlers, without the dependencies'.
  std::vector<item> tasks, handlers;
  bool allow_duplicates = false;

  std::string full_name() const { return collection.empty() ? name : collection + "." + name; }
};

/// Uses of roles in a play by their parameters; grows while it runs.
struct role_cache;

struct play {
  std::string name;
  core::location where;
  field hosts;
  common shared;
  field gather_facts, gather_subset, gather_timeout, fact_path, serial, forks, strategy, order, max_fail_percentage,
      force_handlers;
  field vars_files;
  std::vector<field> prompts; ///< vars_prompt: a dict each
  std::vector<item> pre_tasks, tasks, post_tasks;
  std::vector<std::shared_ptr<const role>> roles; ///< of the keyword `roles`, in order
  /// Statically imported ones: their defaults and vars are visible in the whole play, too.
  std::vector<std::shared_ptr<const role>> imported_roles;
  /// Of the keyword, then of imported roles. Those of `roles` are not in here.
  std::vector<item> handlers;
  std::string directory; ///< of the playbook file: searched for files, templates, group_vars
  std::vector<std::string> collections;
  std::shared_ptr<role_cache> known_roles;
};

struct playbook {
  std::string path;
  std::vector<play> plays;
};

} // namespace mito::playbook

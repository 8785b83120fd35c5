#pragma once
/// A task with everything that it inherits, ready to be run on any number of hosts: plain data, templates untouched.
#include <memory>
#include <string>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/value.hpp"

namespace mito::engine {

/// A keyword's value as written and where it stands.
struct field {
  core::value raw;
  core::location where;
  bool set = false;
  explicit operator bool() const { return set; }
};

enum class loop_form : std::uint8_t { none, loop, with };

struct task_spec {
  std::string name;   ///< as written; may be a template
  std::string action; ///< short name
  std::string action_as_written;
  core::value args; ///< dict
  core::location where;

  std::vector<field> when; ///< all of them must hold; innermost last, evaluated in Ansible's order
  loop_form loop = loop_form::none;
  std::string with_lookup;
  field loop_over;
  field loop_control;
  field register_as, changed_when, failed_when, until, retries, delay;
  field ignore_errors, ignore_unreachable, no_log, check_mode, diff, run_once, any_errors_fatal, timeout, throttle, debugger;
  field become, become_user, become_method, become_flags, become_exe;
  field remote_user, connection, port, delegate_to, delegate_facts, notify;
  std::vector<field> environment; ///< outermost first
  field default_args;             ///< module_defaults for this action: a dict, or a template that gives one
  core::dict vars;                ///< the task's and its blocks' vars, merged; the store layers them
  std::vector<std::string> listen;
  std::vector<std::string> tags;
  std::string role;                     ///< full name; empty outside roles
  std::vector<std::string> search_path; ///< folders for files, templates and vars; the playbook's is not among them
  std::vector<std::string> collections;
  bool implicit = false;
  bool is_handler = false;
};

/// Tasks whose result names what is to be included.
inline bool is_include(const task_spec& s) { return s.action == "include_tasks" || s.action == "include_role"; }

} // namespace mito::engine

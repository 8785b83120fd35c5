#pragma once
/// All variables of a run, by Ansible's precedence (VARIABLE_PRECEDENCE and the manual's list). Lowest first:
/// role defaults; group variables (`all` of inventory sources, their other groups by depth, priority and
/// name, group_vars/all beside inventory and playbook, group_vars of other groups beside inventory and
/// playbook); host variables (source, host_vars beside inventory and playbook); facts; play vars;
/// vars_prompt; vars_files; role vars; block vars; task vars; include_vars; registered and set_fact; include
/// params; extra vars; magic variables.
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/inventory/inventory.hpp"
#include "playbook/model.hpp"
#include "playbook/role_layers.hpp"
#include "templating/scope.hpp"
#include "templating/templar.hpp"

namespace mito::playbook {

/// What magic variables say about the run as a whole.
struct run_settings {
  std::string playbook_dir; ///< absolute folder of the playbook; also searched for group_vars/ and host_vars/
  std::string config_file;  ///< ansible_config_file; empty: None
  std::string limit;        ///< ansible_limit; empty: not defined
  std::vector<std::string> run_tags{"all"}, skip_tags;
  std::string python = "/usr/bin/python3"; ///< ansible_playbook_python
  int forks = 5, verbosity = 0;
  bool check_mode = false, diff_mode = false;
  /// INJECT_FACTS_AS_VARS.
  bool inject_facts = true;
  /// -e values merged in order (see extra_vars.hpp); win over everything but magic variables.
  core::dict extra_vars;
};

/// What the play that runs says: hosts as names for magic variables.
struct play_state {
  std::shared_ptr<const play> current;
  std::vector<host_id> all;    ///< ansible_play_hosts_all
  std::vector<host_id> active; ///< ansible_play_hosts, play_hosts: not failed or unreachable
  std::vector<host_id> batch;  ///< ansible_play_batch: active ones of this batch
};

/// What stands around one task on one host. Dicts are borrowed for the call only.
struct task_state {
  const mito::playbook::task* task = nullptr;
  /// Blocks around the task, outermost first.
  std::span<const block* const> blocks;
  /// Instead of `task` and `blocks`, as dicts: their vars merged, the variables of includes around, and magic variables of
  /// the task itself (`environment`, ansible_search_path).
  core::value vars, include_params, magic;
  /// The role around the task; null outside roles.
  const role_layers* role = nullptr;
};

using scope_handle = std::shared_ptr<const templating::scope>;

/// Thread-safe. A scope that was handed out is a snapshot of its host: later changes do not show in it (other
/// hosts seen through `hostvars` are read when they are used).
class variable_store {
public:
  /// `templar` evaluates vars_files' names and what is read through hostvars; it must outlive the store.
  /// Null: names with templates are errors, hostvars gives raw values.
  variable_store(inventory hosts, run_settings settings, const templating::templar* templar = nullptr);
  ~variable_store();
  variable_store(const variable_store&) = delete;
  variable_store& operator=(const variable_store&) = delete;

  /// Reads group_vars/ beside inventory sources and playbook for all groups, and host_vars/ of the hosts that
  /// have files there. Broken files are the error. Hosts and groups that come later are read on first use.
  core::expected<void> load_vars_folders();
  /// Duplicate keys and vault texts in vars files, once each.
  std::vector<core::diagnostic> take_warnings();

  /// Inventory under the store's lock; `change` may add hosts and groups (add_host, group_by): caches are
  /// dropped.
  void read_inventory(const std::function<void(const inventory&)>& read) const;
  void change_inventory(const std::function<void(inventory&)>& change);

  /// Starts a play: its vars and those vars_files whose names need no host. Drops what belonged to the last
  /// one.
  core::expected<void> begin_play(play_state state);
  /// Hosts left the play or a new batch began; task scopes made from now on see it.
  void update_hosts(std::vector<host_id> active, std::vector<host_id> batch);

  /// The variables of a host for a task, or for the play as such when `state` names no task. An error when a
  /// vars_files entry cannot be read for this host. Costs a few microseconds once the host's layers are
  /// merged.
  core::expected<scope_handle> scope_for(host_id host, const task_state& state = {}) const;
  /// Play-level variables without a host (for `hosts:`, `serial:`, vars_files names): play vars, extra vars,
  /// magic.
  scope_handle play_scope() const;

  /// A module's ansible_facts: marked as data; what could set connection or become variables is dropped from
  /// the injected names (see engine/facts.hpp), all stay under ansible_facts.
  void add_facts(host_id host, const core::dict& facts);
  /// set_fact. Values keep their marks. `cacheable` ones count as facts, too.
  void set_fact(host_id host, std::string_view name, core::value v, bool cacheable = false);
  /// A registered result: marked as data all through.
  void set_registered(host_id host, std::string_view name, const core::value& result);
  /// include_vars.
  void add_included(host_id host, const core::dict& vars);
  /// meta: clear_facts.
  void clear_facts(host_id host);
  /// vars_prompt answers, for the rest of this play.
  void set_prompted(core::dict answers);
  /// Roles whose defaults and vars the whole play sees: those of `roles`, imported ones, and public includes.
  void set_play_roles(const std::vector<std::shared_ptr<const role>>& roles);

  /// -e values.
  const core::dict& extra_vars() const;
  /// ansible_facts of a host as kept (prefix stripped).
  core::value facts(host_id host) const;

  struct impl;

private:
  std::shared_ptr<impl> impl_;
};

} // namespace mito::playbook

#pragma once
/// All variables of a run, by Ansible's precedence (VARIABLE_PRECEDENCE and the manual's list). Lowest first:
/// role defaults; group variables (`all` of inventory sources, their other groups by depth, priority and
/// name, group_vars/all beside inventory and playbook, group_vars of other groups beside inventory and
/// playbook; `precedence` changes this order); host variables (source, inventory_hostname and group_names, host_vars
/// beside inventory and playbook); facts; play vars;
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
#include "playbook/inventory/sources.hpp"
#include "playbook/model.hpp"
#include "playbook/variables/fact_cache.hpp"
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
  bool merge_hashes = false; ///< hash_behaviour = merge
  /// Levels of group variables, lowest first [VARIABLE_PRECEDENCE].
  std::vector<std::string> precedence{"all_inventory",     "groups_inventory",         "all_plugins_inventory",
                                      "all_plugins_play", "groups_plugins_inventory", "groups_plugins_play"};
  /// When group_vars and host_vars are read: with the inventory sources, and when variables are asked for
  /// [RUN_VARS_PLUGINS, vars_host_group_vars: stage, VARIABLE_PLUGINS_ENABLED]. Files beside the playbook count at the
  /// latter only.
  bool vars_at_inventory = false, vars_at_task = true;
  std::vector<std::string> yaml_extensions{".yml", ".yaml", ".json"}; ///< [YAML_FILENAME_EXTENSIONS]
  std::shared_ptr<fact_cache> facts; ///< null: facts live as long as the store [CACHE_PLUGIN=memory]
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
  /// Role variables, include parameters and the like: later issues fill these.
  const core::dict* role_vars = nullptr;
  /// Instead of `task` and `blocks`: their vars merged (engine::task_spec::vars).
  const core::dict* merged_vars = nullptr;
  const core::dict* include_params = nullptr;
};

/// True for a name that may stand in run_settings::precedence.
bool is_group_level(std::string_view name);

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
  /// What was found since the last call: duplicate keys and vault texts in vars files, trouble with the fact cache, and
  /// what the inventory says (see loaded_inventory::warnings).
  std::vector<core::diagnostic> take_warnings();

  /// Inventory under the store's lock; `change` may add hosts and groups (add_host, group_by): caches are
  /// dropped.
  void read_inventory(const std::function<void(const inventory&)>& read) const;
  void change_inventory(const std::function<void(inventory&)>& change);
  /// How refresh_inventory() reads the sources again (see reload_inventory()); it may not call this store.
  void set_reload(std::function<core::expected<loaded_inventory>(const inventory&)> reload);
  /// meta: refresh_inventory. Hosts keep their ids, and what changed them in mid-run is done once more: each `change` that
  /// was given to change_inventory_lastingly(). What it has to say comes by take_warnings().
  core::expected<void> refresh_inventory();
  /// As change_inventory(), for add_host and group_by: the change outlives a refresh.
  void change_inventory_lastingly(std::function<void(inventory&)> change);
  /// The variables of a group: its own, and of the group_vars folders beside the sources (and the playbook's, if asked
  /// for), as ansible-inventory shows them.
  core::expected<core::dict> group_vars(group_id g, bool with_playbook) const;
  /// The same for a host, without magic variables.
  core::expected<core::dict> host_vars(host_id h, bool with_playbook) const;
  /// All that a host has outside plays: group and host variables, facts, extra variables; no magic ones but those at the
  /// level of host variables.
  core::expected<core::dict> flat_vars(host_id h) const;
  /// Another playbook begins: its folder is searched for group_vars and host_vars from now on, and is playbook_dir.
  core::expected<void> set_playbook_folder(const std::string& folder);

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
  /// the injected names (see facts.hpp), all stay under ansible_facts.
  void add_facts(host_id host, const core::dict& facts);
  /// set_fact. Values keep their marks. `cacheable` ones count as facts, too.
  void set_fact(host_id host, std::string_view name, core::value v, bool cacheable = false);
  /// A registered result: marked as data all through.
  void set_registered(host_id host, std::string_view name, const core::value& result);
  /// include_vars.
  void add_included(host_id host, const core::dict& vars);
  /// meta: clear_facts; those in the cache as well.
  void clear_facts(host_id host);
  /// vars_prompt answers, for the rest of this play.
  void set_prompted(core::dict answers);
  /// Role defaults and role vars of the play (later issue): two more layers.
  void set_role_layers(core::dict defaults, core::dict vars);

  /// ansible_facts of a host as kept (prefix stripped).
  core::value facts(host_id host) const;

  struct impl;

private:
  std::shared_ptr<impl> impl_;
};

} // namespace mito::playbook

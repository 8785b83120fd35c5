#pragma once
/// What stands behind variable_store. Internal to playbook/variables.
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "playbook/variables/layers.hpp"
#include "playbook/variables/store.hpp"
#include "playbook/variables/vars_folders.hpp"

namespace mito::playbook {

/// All members but `files`, `settings` and `templar` are guarded by `mutex`. Dicts are shared values: a
/// change replaces the handle, so scopes that hold the old one keep their snapshot.
struct variable_store::impl : std::enable_shared_from_this<variable_store::impl> {
  struct host_state {
    core::value groups, own; ///< layers from the inventory; none: not built
    core::value facts;       ///< as modules gave them, or as the cache kept them
    core::value fact_layer;  ///< injected facts and ansible_facts
    bool cache_read = false; ///< the fact cache was asked for this host
    core::value registered, included;
    core::value vars_files;
    std::uint64_t version = 0;            ///< raised by every change of this host
    std::uint64_t vars_files_version = 0; ///< version + play for which vars_files was made
    std::uint64_t vars_files_play = 0;
  };

  impl(inventory i, run_settings s, const templating::templar* t);

  host_state& at(host_id h);
  core::expected<void> build_inventory_layers(host_id h);
  core::expected<core::value> group_layer(host_id h);
  core::expected<core::value> host_layer(host_id h);
  core::value groups_variable();
  /// Takes facts from the cache once, and makes their layer.
  void read_cached_facts(host_id h);
  void set_facts(host_state& h, core::value facts);
  /// Puts what group_vars and host_vars beside the sources say into the inventory itself [RUN_VARS_PLUGINS=start].
  core::expected<void> vars_into_inventory();
  void find_folders();
  void refresh_play_magic();
  void inventory_changed();

  /// Layers of a host, highest first, without vars_files. `mutex` must be held.
  core::expected<std::shared_ptr<layered_scope>> build(host_id h, const task_state& state, bool with_play,
                                                       std::size_t& vars_files_at);
  core::expected<scope_handle> scope(host_id h, const task_state& state, bool with_play);
  std::shared_ptr<layered_scope> play_layers(std::size_t& vars_files_at);
  /// The dict of the play's vars_files as this scope sees their names. Not to be called with the mutex held:
  /// templates may come back through hostvars. `strict`: missing files and, with facts, undefined names are
  /// errors.
  core::expected<core::value> read_vars_files(const core::value& entries, const std::string& directory,
                                              const templating::scope& vars, bool strict, bool facts_known);

  mutable std::mutex mutex;
  inventory hosts;
  run_settings settings;
  const templating::templar* templar;
  vars_file_cache files;
  std::string omit;

  std::vector<host_state> states;
  std::map<std::vector<group_id>, core::value> group_layers; ///< hosts in the same groups share one
  /// Existing group_vars/ and host_vars/ beside the inventory sources, and beside the playbook.
  std::vector<std::string> group_folders, host_folders, play_group_folders, play_host_folders;
  core::value extra, run, groups, hostvars;
  core::value play_vars, prompted, role_defaults, role_vars, play_magic_layer, static_vars_files;
  core::list vars_files;
  bool vars_files_templated = false;
  std::uint64_t play_number = 1;
  play_state current;
  core::value no_facts; ///< the fact layer of a host without any
  std::function<core::expected<loaded_inventory>(const inventory&)> reload;
  std::vector<core::diagnostic> warnings; ///< not taken yet
  std::vector<std::function<void(inventory&)>> lasting; ///< changes that a refresh of the inventory does again
};

/// `hostvars`: refers weakly to the state, which every scope keeps alive.
core::value make_hostvars(std::weak_ptr<variable_store::impl> state);

} // namespace mito::playbook

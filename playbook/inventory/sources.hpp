#pragma once
/// From `-i` arguments to an inventory.
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "playbook/inventory/inventory.hpp"
#include "playbook/inventory/options.hpp"

namespace mito::playbook {

struct loaded_inventory {
  inventory hosts;
  /// Warnings, errors that stopped nothing (a script's stderr), and notes whose category is the verbosity from which they
  /// are shown ("v" to "vvvv"); in order.
  std::vector<core::diagnostic> warnings;
};

/// `sources`: files, folders, executables or host lists ("a,b,"), as -i takes them; a bad source is a warning
/// as in Ansible ("Unable to parse … as an inventory source"), all bad ones together leave only the implicit
/// localhost. Errors are what the settings call fatal.
core::expected<loaded_inventory> load_inventory(const std::vector<std::string>& sources,
                                                const inventory_options& options = {});
/// Reads the sources of `old` again (meta: refresh_inventory); hosts keep their ids.
core::expected<loaded_inventory> reload_inventory(const inventory& old, const inventory_options& options);

/// True in a process that was started to run an inventory plugin of Ansible's: we are not what was looked for.
bool runs_for_a_plugin();
/// A path as Ansible means it: ~ and $VARIABLES expanded, absolute, without `.` and `..`.
std::string unfrack_path(const std::string& path);

/// The single formats; `name` stands in messages. Each adds to `into`.
core::expected<void> read_ini_inventory(inventory& into, std::string_view text, const std::string& name);
core::expected<void> read_yaml_inventory(inventory& into, std::string_view text, const std::string& name);
/// JSON as an inventory script prints it for --list; hosts that `_meta` lacks are returned in `without_vars`.
core::expected<void> read_script_inventory(inventory& into, std::string_view json, const std::string& name,
                                           std::vector<std::string>& without_vars);
core::expected<void> read_host_list(inventory& into, std::string_view list);
/// With ranges, as the plugin advanced_host_list.
core::expected<void> read_advanced_host_list(inventory& into, std::string_view list);

} // namespace mito::playbook

#pragma once
/// From `-i` arguments to an inventory.
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "playbook/inventory/inventory.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

struct inventory_options {
  /// Seconds that an executable source may take; Ansible has no limit, a hang helps nobody.
  unsigned script_timeout = 60;
  /// The controller's Python, for the implicit localhost (ansible_python_interpreter).
  std::string python = "/usr/bin/python3";
  /// Opens sources that are vaults and `!vault` values in YAML ones.
  keyring_handle vault;
};

struct loaded_inventory {
  inventory hosts;
  std::vector<core::diagnostic> warnings;
};

/// `sources`: files, folders, executables or host lists ("a,b,"), as -i takes them; a bad source is a warning
/// as in Ansible ("Unable to parse … as an inventory source"), all bad ones together leave only the implicit
/// localhost.
core::expected<loaded_inventory> load_inventory(const std::vector<std::string>& sources,
                                                const inventory_options& options = {});

/// The single formats; `name` stands in messages. Each adds to `into`.
core::expected<void> read_ini_inventory(inventory& into, std::string_view text, const std::string& name,
                                        std::vector<core::diagnostic>& warnings);
core::expected<void> read_yaml_inventory(inventory& into, std::string_view text, const std::string& name,
                                         std::vector<core::diagnostic>& warnings, const keyring_handle& vault = {});
/// JSON as an inventory script prints it for --list; hosts that `_meta` lacks are returned in `without_vars`.
core::expected<void> read_script_inventory(inventory& into, std::string_view json, const std::string& name,
                                           std::vector<host_id>& without_vars);
core::expected<void> read_host_list(inventory& into, std::string_view list);

/// "web[01:10:2].x" as the names it stands for; a name without a range is itself.
core::expected<std::vector<std::string>> expand_range(std::string_view pattern);
/// "host:22", "[::1]:22", "web[1:3]:22" as name and port (0: none given).
struct host_and_port {
  std::string host;
  std::uint16_t port = 0;
};
host_and_port split_port(std::string_view text);
/// Whether `text` is a host name or address (ranges and a port allowed), so that its colons separate nothing.
bool is_network_name(std::string_view text);
/// Adds Ansible's warning, once, when a group's name is no Python identifier.
void check_group_name(std::string_view name, std::vector<core::diagnostic>& warnings);

} // namespace mito::playbook

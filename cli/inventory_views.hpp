#pragma once
/// The inventory as `ansible-inventory` shows it.
#include <string>

#include "core/expected.hpp"
#include "playbook/variables/store.hpp"

namespace mito::cli {

struct view_options {
  bool for_export = false;    ///< only what hosts and groups say themselves (--export)
  bool with_playbook = false; ///< group_vars and host_vars of --playbook-dir count
};

/// Reads from `store`, whose inventory must not change meanwhile.
class inventory_views {
public:
  inventory_views(playbook::variable_store& store, view_options options) : store_(store), options_(options) {}

  /// What --list prints as JSON: the form of an inventory script, and that of a YAML inventory.
  core::expected<core::value> as_json();
  core::expected<core::value> as_yaml();
  core::expected<core::value> of_host(playbook::host_id h);
  /// The tree below a group, with variables if asked for; no newline at the end.
  core::expected<std::string> graph(playbook::group_id start, bool with_vars);
  playbook::group_id find_group(const std::string& name);
  /// Lists show only these hosts from now on, and in groups only these.
  void limit_to(const std::vector<playbook::host_id>& hosts);

private:
  bool shown(playbook::host_id h) const { return !limited_ || limit_[h]; }

  core::expected<core::dict> host_variables(playbook::host_id h);
  core::expected<core::dict> group_variables(playbook::group_id g);
  core::expected<void> add_json_group(playbook::group_id g, core::dict& into, std::vector<bool>& seen);
  core::expected<core::dict> yaml_group(playbook::group_id g, std::vector<bool>& seen);
  core::expected<void> graph_group(std::string& out, playbook::group_id g, unsigned depth, bool with_vars);

  playbook::variable_store& store_;
  view_options options_;
  playbook::inventory hosts_copy_;
  const playbook::inventory& hosts();
  bool copied_ = false, limited_ = false;
  std::vector<bool> limit_;
};

/// json.dumps(v, sort_keys=True, indent=4) with Ansible's encoder and its marks for unsafe and vault texts; unsorted, with a
/// warning, where keys do not compare. Errors are values that JSON cannot hold.
core::expected<std::string> inventory_json(const core::value& v, std::string& warning);

} // namespace mito::cli

#pragma once
/// Magic variables that need no laziness, as dicts. Internal to playbook/variables.
#include <string>

#include "playbook/variables/store.hpp"

namespace mito::playbook {

/// inventory_hostname, inventory_hostname_short and group_names. These stand at the level of host variables: host_vars
/// files and all above can override them.
core::value host_magic(const inventory& from, host_id h);
/// playbook_dir, ansible_version, omit and what else holds all through a run.
core::value run_magic(const run_settings& settings, const inventory& from, const std::string& omit);
/// ansible_play_name, ansible_play_hosts and their like.
core::value play_magic(const inventory& from, const play_state& state);
/// `groups`: every group's host names.
core::value groups_magic(const inventory& from);
/// A placeholder that no playbook can contain by chance.
std::string make_omit_token();

} // namespace mito::playbook

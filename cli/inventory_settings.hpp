#pragma once
/// From settings and options to how inventories and variables are read.
#include <string>
#include <vector>

#include "cli/option_table.hpp"
#include "cli/settings.hpp"
#include "playbook/inventory/options.hpp"
#include "playbook/variables/store.hpp"

namespace mito::cli {

/// Sources from -i, else the setting (paths only, relative to where it is set), else /etc/ansible/hosts.
std::vector<std::string> inventory_sources_of(const parsed& given, const settings& s);
/// Errors are values that a setting cannot have, in Ansible's words.
core::expected<playbook::inventory_options> inventory_options_of(const settings& s);
/// What of `run` settings say about variables: precedence, hash_behaviour, when vars files are read, the fact cache.
/// Warnings about what is ignored are appended.
core::expected<void> read_variable_settings(const settings& s, playbook::run_settings& run, std::vector<std::string>& warnings);
/// Whether group_vars and host_vars count where neither sources are read nor tasks are run: for showing the inventory.
bool vars_are_shown(const settings& s);
/// Vars plugins in Python would run, and we cannot: an error that names the first one.
core::expected<void> refuse_vars_plugins(const settings& s, const std::string& playbook_dir);

} // namespace mito::cli

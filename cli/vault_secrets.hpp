#pragma once
/// From options and settings to the vault secrets of a command.
#include <functional>
#include <string>

#include "cli/option_table.hpp"
#include "cli/settings.hpp"
#include "playbook/vault/sources.hpp"

namespace mito::cli {

using warn_function = std::function<void(const std::string&)>;

/// --vault-id, --vault-password-file, --ask-vault-password and the settings of the same purpose, in Ansible's order.
/// Options that exclude each other have been refused by the parser.
playbook::vault_request vault_request_of(const parsed& given, const settings& s);
/// Questions on the terminal, warnings to `warn`.
playbook::vault_dialogue vault_dialogue_of(warn_function warn);
/// The secrets of a run; no questions unless they were asked for. Errors are Ansible's: exit code 1.
core::expected<playbook::keyring_handle> read_keyring(const parsed& given, const settings& s, warn_function warn);

} // namespace mito::cli

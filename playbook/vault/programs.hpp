#pragma once
/// Password files and password programs. Internal to playbook/vault.
#include <optional>
#include <string>

#include "core/expected.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

/// The secret that the file at `path` (expanded, absolute) holds or, when it is executable, prints. A program whose
/// name without extension ends in "-client" is given `--vault-id ID`. A file may be a vault that `known` opens.
core::expected<secret> read_password_source(const std::string& path, const std::optional<std::string>& id,
                                            const vault_keyring& known);

} // namespace mito::playbook

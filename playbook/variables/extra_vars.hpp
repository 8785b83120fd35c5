#pragma once
/// The forms of -e.
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

/// "k=v k2='a b'", "{json or yaml}", "@file": each argument in turn, later ones win. Values of the k=v form
/// are strings, those of the others typed. All are trust::source, as in Ansible.
/// Files may be vaults and hold `!vault` values, which `vault` opens.
core::expected<core::dict> parse_extra_vars(const std::vector<std::string>& arguments, const keyring_handle& vault = {});

} // namespace mito::playbook

#pragma once
/// The forms of -e.
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// "k=v k2='a b'", "{json or yaml}", "@file": each argument in turn, later ones win. Values of the k=v form
/// are strings, those of the others typed. All are trust::source, as in Ansible.
/// `merge_hashes`: mappings of one name become one (hash_behaviour = merge).
core::expected<core::dict> parse_extra_vars(const std::vector<std::string>& arguments, bool merge_hashes = false);

} // namespace mito::playbook

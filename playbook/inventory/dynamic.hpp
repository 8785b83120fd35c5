#pragma once
/// Changes of the inventory in mid-run.
#include "core/expected.hpp"
#include "playbook/inventory/inventory.hpp"

namespace mito::playbook {

/// Does what the result of an add_host or group_by task says, run on `from`; true when the inventory did not have it yet.
/// Afterwards the inventory is complete again (reconcile()).
core::expected<bool> apply_dynamic(inventory& into, const core::value& result, host_id from);

} // namespace mito::playbook

#pragma once
/// Names that variables should not have: keywords of plays, blocks and tasks, and what templates call.
#include <string_view>

namespace mito::playbook {

/// Ansible's get_reserved_names() with the globals of its templates; it warns of variables that are named so.
bool is_reserved_name(std::string_view name);

} // namespace mito::playbook

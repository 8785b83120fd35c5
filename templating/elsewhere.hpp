#pragma once
/// Filters and tests that an installation of Ansible has and this program lacks.
#include <string_view>

namespace mito::templating {

/// True for names of collections and for those that Ansible's routing table (ansible_builtin_runtime.yml) sends to one.
bool defined_elsewhere(std::string_view name);

} // namespace mito::templating

#pragma once
/// The YAML files of a role. Internal to playbook/.
#include <optional>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "playbook/yaml/node.hpp"

namespace mito::playbook {

/// The file of `role/folder` named `wanted` (empty: main) with one of Ansible's endings. Empty: there is none; an error
/// when it was asked for by name, or stands outside its folder.
core::expected<std::string> role_file(const std::string& role_path, const std::string& role_name, const std::string& folder,
                                      const std::string& wanted);
/// The same for defaults and vars, which may be a folder of files: all of them, in order.
core::expected<std::vector<std::string>> role_vars_files(const std::string& role_path, const std::string& role_name,
                                                         const std::string& folder, const std::string& wanted);

} // namespace mito::playbook

#pragma once
/// Where modules and their support code are looked for. All paths absolute, without "~".
#include <functional>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::pymodules {

struct settings {
  /// The installed package `ansible` (the folder with release.py); empty: there is none, every look-up fails with a hint.
  std::string core;
  std::vector<std::string> library;      ///< DEFAULT_MODULE_PATH
  std::vector<std::string> module_utils; ///< DEFAULT_MODULE_UTILS_PATH
  /// COLLECTIONS_PATHS; the place where `core` is installed is searched last, as Ansible searches sys.path.
  std::vector<std::string> collections;
  std::vector<std::string> ignored_extensions; ///< MODULE_IGNORE_EXTS; empty: Ansible's default
  /// Reads a YAML file (meta/runtime.yml); called under the library's lock.
  std::function<core::expected<core::value>(const std::string& path)> read_yaml;
};

/// The folder of the installed ansible-core: `configured` if it is one, else the first of: beside the `ansible-playbook` found in
/// $PATH (virtual environments), Debian's dist-packages, /usr/local, ~/.local. Empty when there is none.
std::string find_ansible_core(const std::string& configured);

} // namespace mito::pymodules

#pragma once
/// Import statements of a Python source that lead to module_utils, at any level of nesting.
#include <string>
#include <string_view>
#include <vector>

namespace mito::pymodules {

struct import_name {
  std::string name;       ///< dotted and absolute
  bool ambiguous = false; ///< its last part may be an attribute (`from x import y`)
  bool optional = false;  ///< not at the module's top level: may be missing
  bool operator==(const import_name&) const = default;
};

/// `module`: the dotted name of the source, for relative imports; `package`: it is an __init__.py.
/// What is found under ansible.module_utils and ansible_collections.*.plugins.module_utils, in order of writing.
std::vector<import_name> scan_imports(std::string_view source, std::string_view module, bool package);

} // namespace mito::pymodules

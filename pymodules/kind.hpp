#pragma once
/// What a module's file is, told by its text as Ansible tells it (_find_module_utils).
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"

namespace mito::pymodules {

enum class module_kind : std::uint8_t {
  python,     ///< new style: imports ansible.module_utils
  powershell, ///< for Windows: refused
  json_args,  ///< its text gets the arguments as JSON
  want_json,  ///< a script that is given a file with JSON
  old_style,  ///< a script that is given a file of key=value
  binary,     ///< a program that is given a file with JSON
};

struct module_text {
  module_kind kind = module_kind::old_style;
  /// Words of the #! line; empty without one.
  std::vector<std::string> interpreter;
};

/// `path` is for the error: a script without #! line cannot be run.
core::expected<module_text> classify(std::string_view text, const std::string& name);

} // namespace mito::pymodules

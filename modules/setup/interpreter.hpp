#pragma once
/// The target's Python, found without starting it where that is possible.
#include <string>
#include <string_view>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// The controller's choice or the first in the usual places. The version is read from the program's image;
/// the program is started only when that fails (a wrapper script, another kind of Python).
/// Found once per context.
const interpreter& find_interpreter(context& c);

/// Whether the `distro` package that knows /etc/debian_version is installed: Ansible prefers it to its own
/// copy, which does not.
bool has_distro_package(context& c);

} // namespace mito::modules::setup

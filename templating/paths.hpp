#pragma once
/// What file tests and path filters ask the host.
#include "templating/machine.hpp"
#include "templating/templar.hpp"

namespace mito::templating {

/// host_services::path() with errors; its answers are data.
core::value host_path(machine& m, std::string_view what, std::string_view name, bool follow);

} // namespace mito::templating

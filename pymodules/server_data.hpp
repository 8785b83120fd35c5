#pragma once
/// Defined in a generated file: the text of agent/server/server.py.
#include <string_view>

namespace mito::pymodules {

std::string_view server_source();

} // namespace mito::pymodules

#pragma once
/// INI files as Python's configparser reads them (the part that local facts use).
#include <optional>
#include <string_view>

#include "core/value.hpp"

namespace mito::modules::setup {

/// {section: {option: text}} with the [DEFAULT] options in every section; nothing when the text is no such
/// file.
/// %(name)s is replaced from the same section; a reference to nothing makes the whole file invalid.
std::optional<core::value> parse_ini(std::string_view text);

} // namespace mito::modules::setup

#pragma once
/// INI files as Python's configparser reads them (the part that local facts use).
#include <string_view>

#include "core/value.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// Fills in {section: {option: text}} with the [DEFAULT] options in every section; false when the text is no
/// such file. %(name)s is replaced from the same section; a reference to nothing makes the whole file
/// invalid.
bool parse_ini(context& c, std::string_view text, core::dict& out);

} // namespace mito::modules::setup

#pragma once
/// Texts in other encodings than UTF-8, for template's `output_encoding`.
#include <string>
#include <string_view>

#include "core/expected.hpp"

namespace mito::actions {

/// UTF-8 text in `encoding` (a name that Python and iconv share, in any case; "utf-8-sig" too). Errors: an encoding that
/// is not known, a character that it does not have.
core::expected<std::string> encode(std::string_view text, std::string_view encoding);

} // namespace mito::actions

#pragma once
/// Text for the user to look at.
#include <string_view>

namespace mito::cli {

/// On a terminal through $PAGER, or less where it is installed; else to stdout. A newline is added where none ends it.
void page(std::string_view text);

} // namespace mito::cli

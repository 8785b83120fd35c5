#pragma once
/// docs/settings.md.
#include <string>

namespace mito::cli {

/// Every row of the table of settings with its state; the page in docs/ is this text.
std::string settings_page();

} // namespace mito::cli

#pragma once
/// The order in which Python sorts the keys of a dict.
#include <optional>

#include "core/value.hpp"

namespace mito::report {

/// The members sorted by key; nothing when Python cannot compare the keys (texts with numbers, say).
std::optional<core::dict> sorted_by_key(const core::dict& d);
/// The same at every depth; nothing as soon as one dict does not compare.
std::optional<core::value> sorted_throughout(const core::value& v);

} // namespace mito::report

#pragma once
/// Python's order of mapping keys.
#include <vector>

#include "core/value.hpp"

namespace mito::cli {

using dict_entries = std::vector<const core::dict::entry*>;

/// The entries of `d`, which must outlive the answer.
dict_entries entries_of(const core::dict& d);
/// Sorts by key: texts by code points, numbers by value. False, and nothing moved, when two of the keys do not compare.
bool sort_entries(dict_entries& entries);

} // namespace mito::cli

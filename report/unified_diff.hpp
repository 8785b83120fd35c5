#pragma once
/// Python's difflib.unified_diff, line for line.
#include <string>
#include <string_view>
#include <vector>

namespace mito::report {

/// Lines keep their ends; `context` of them are shown around each difference.
std::vector<std::string> unified_diff(const std::vector<std::string>& before, const std::vector<std::string>& after,
                                      std::string_view before_name, std::string_view after_name,
                                      std::size_t context = 3);

} // namespace mito::report

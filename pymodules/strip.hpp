#pragma once
/// Takes from a Python source what it runs without: comments, docstrings, DOCUMENTATION and its like. Lines keep their numbers.
#include <string>
#include <string_view>

namespace mito::pymodules {

/// Docstrings stay where the source speaks of `__doc__`; DOCUMENTATION, EXAMPLES and RETURN where their name occurs again.
/// A declared encoding stays.
std::string strip_source(std::string_view source);

} // namespace mito::pymodules

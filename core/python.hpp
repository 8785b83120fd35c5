#pragma once
/// Python's text forms of values.
#include <string>

#include "core/value.hpp"

namespace mito::core {

/// Python's str(): strings as they are, everything else its repr.
std::string to_str(const value& v);
/// Python's repr(): quotes chosen as Python does, nested containers, dates as constructor calls.
void append_repr(std::string& out, const value& v);
std::string to_repr(const value& v);
/// repr() of a text.
void append_repr(std::string& out, std::string_view text);

} // namespace mito::core

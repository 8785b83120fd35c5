#pragma once
/// Python's text encodings that templates name: utf-8, ascii, latin-1, utf-16 and utf-32.
#include <string>
#include <string_view>

#include "templating/machine.hpp"

namespace mito::templating {

/// str.encode(). `errors` as in Python: strict (fails the machine), ignore, replace, surrogate…
std::string encoded(machine& m, std::string_view s, std::string_view encoding, std::string_view errors);
/// bytes.decode().
std::string decoded(machine& m, std::string_view bytes, std::string_view encoding, std::string_view errors);

} // namespace mito::templating

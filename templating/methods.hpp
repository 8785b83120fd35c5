#pragma once
/// The methods of Python's built-in types, a table each.
#include "templating/tables.hpp"

namespace mito::templating {

extern const function_table dict_methods, list_methods, tuple_methods, set_methods;

/// dict.update()'s argument: a mapping or pairs. False when it failed the machine.
bool update_pairs(machine& m, core::dict& d, const core::value& other);

} // namespace mito::templating

#pragma once
/// From what a template printed to its value: text, Ansible's literal evaluation, native types.
#include "templating/machine.hpp"

namespace mito::templating {

/// The value of what was printed, as the environment's mode has it.
core::value convert_output(machine& m, sink& out);
/// The first undefined value inside `v`, which has one.
core::value first_undefined(const core::value& v);
/// The value as it may leave the machine: template objects become their text, generators lists.
core::value exported(machine& m, const core::value& v);

} // namespace mito::templating

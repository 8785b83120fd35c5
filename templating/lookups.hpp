#pragma once
/// lookup() and query(): Ansible's lookup plugins that need nothing but the variables; the others are the
/// host's.
#include "templating/machine.hpp"

namespace mito::templating {

/// The result is data: it is never templated again. `want_list`: query().
core::value run_lookup(machine& m, const core::value& name, core::list terms, core::dict options,
                       bool want_list);

} // namespace mito::templating

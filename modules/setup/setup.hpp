#pragma once
/// The `setup` module: facts about the machine that the agent runs on, with ansible-core 2.14's names and
/// values.
#include "modules/module.hpp"

namespace mito::modules {

/// Options: gather_subset, gather_timeout, filter, fact_path. One more that Ansible lacks as an option:
/// `_ansible_python_interpreter`, the interpreter that the controller found (for `ansible_python`); without
/// it the first Python 3 in the places where distributions put one. Run mode: forked. It starts children of
/// its own (mount probes, a few programs) and may wait for them.
core::value run_setup(const request& call);

} // namespace mito::modules

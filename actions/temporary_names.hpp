#pragma once
/// Names of the form that Ansible's temporary files have: results and headers of differences show them. None of these
/// files is made: content goes from memory, or from where it is, to a file beside its destination.
#include <string>
#include <string_view>

#include "engine/task_run.hpp"

namespace mito::actions {

/// `prefix` and eight characters of [a-z0-9_], as Python's tempfile makes them.
std::string random_name(std::string_view prefix);
/// The run's own folder below `base` (Ansible's `local_tmp`): "BASE/ansible-local-PID…".
std::string local_folder(std::string_view base);
/// Where Ansible would have put sent content on the target: below `base` (Ansible's `remote_tmp`), or in /var/tmp where
/// an account other than root's and the login's has to read it.
std::string remote_source(std::string_view base, const engine::become_settings& become, std::string_view login);

} // namespace mito::actions

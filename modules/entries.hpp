#pragma once
/// The functions that registry.cpp lists; each is defined in the file that carries the module's name.
#include "modules/module.hpp"

namespace mito::modules {

core::value run_copy(const request&);
core::value run_file(const request&);
core::value run_getent(const request&);
core::value run_ping(const request&);
core::value run_slurp(const request&);
core::value run_stat(const request&);
core::value run_tempfile(const request&);
core::value run_wait_for(const request&);

core::value prepare_command(const request&, process_spec&);
core::value prepare_shell(const request&, process_spec&);
core::value finish_command(const request&, const process_spec&, process_result&&);
core::value finish_shell(const request&, const process_spec&, process_result&&);
core::value prepare_raw(const request&, process_spec&);
core::value finish_raw(const request&, const process_spec&, process_result&&);

} // namespace mito::modules

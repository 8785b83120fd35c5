#pragma once
/// From what a module's process printed to its result (ActionBase._execute_module, _parse_returned_data).
#include <string>
#include <vector>

#include "core/value.hpp"
#include "protocol/python.hpp"

namespace mito::pymodules {

struct module_outcome {
  core::value result;                ///< a dict
  std::vector<std::string> warnings; ///< of the run itself: noise behind the JSON, internal keys
  bool raised = false;               ///< Ansible would not have started it: the whole task fails, with its loop
};

/// `interpreter`: what ran the module, for telling that it is missing; `name`: the module, for refusals.
module_outcome read_output(const protocol::process_output& from, const std::string& interpreter, const std::string& name);

} // namespace mito::pymodules

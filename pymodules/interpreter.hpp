#pragma once
/// Which Python a module runs with: Ansible's interpreter discovery (executor/interpreter_discovery.py), without I/O.
#include <string>
#include <string_view>
#include <vector>

namespace mito::pymodules {

/// "auto", "auto_legacy", "auto_silent", "auto_legacy_silent" or nothing.
bool is_discovery_mode(std::string_view interpreter);

/// INTERPRETER_PYTHON_FALLBACK.
std::vector<std::string> default_candidates();

/// The one command that looks for interpreters and asks what system it is; runs in the login's shell.
std::string discovery_command(const std::vector<std::string>& candidates);

struct discovery {
  std::string interpreter;
  std::vector<std::string> warnings; ///< for the result
  std::string warning;               ///< of the run itself ("Unhandled error in Python interpreter discovery …")
  std::string note;                  ///< with -vvv
  bool found = false;                ///< false: there was none, `interpreter` is a guess
};

/// `output`: what the command printed; `version`: of ansible-core, for links in warnings.
discovery read_discovery(std::string_view output, std::string_view mode, const std::string& host,
                         const std::vector<std::string>& candidates, std::string_view version);

} // namespace mito::pymodules

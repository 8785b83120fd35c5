#pragma once
/// What a module is given besides its own arguments, and in which form.
#include <string>

#include "core/value.hpp"
#include "pymodules/kind.hpp"

namespace mito::pymodules {

/// The `_ansible_*` arguments (ActionBase._update_module_args).
struct call_context {
  bool check = false, diff = false, no_log = false, keep_remote_files = false, debug = false;
  int verbosity = 0;
  std::string version;     ///< of ansible-core
  std::string module_name; ///< as the task or action calls it
  std::string syslog_facility = "LOG_USER";
  std::vector<std::string> selinux_special_fs; ///< DEFAULT_SELINUX_SPECIAL_FS
  std::string string_conversion_action = "warn";
  core::value socket;
  std::string shell_executable = "/bin/sh";
  std::string remote_tmp = "~/.ansible/tmp";
};

/// Ansible's default for selinux_special_fs.
std::vector<std::string> default_special_filesystems();

core::value with_internal_arguments(const core::value& args, const call_context& c);

/// The arguments file of a WANT_JSON, binary or old-style module.
std::string arguments_file(module_kind kind, const core::value& args);
/// A JSONARGS module's text with the arguments in it.
std::string with_json_arguments(std::string_view text, const core::value& args, const call_context& c);

} // namespace mito::pymodules

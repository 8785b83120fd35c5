#pragma once
/// Helper programs that a module runs itself (validate, getent, file, lsattr). Only for modules in mode
/// `forked`, and for the rare look-up that /etc cannot answer: the caller waits.
#include <string>
#include <string_view>
#include <vector>

#include "modules/module.hpp"

namespace mito::modules {

struct program_result {
  int rc = 0;    ///< negative: ended by that signal, as Python's returncode
  int error = 0; ///< not 0: could not be started
  std::string out, err;
};

/// Runs `argv` with the task's environment and stdin /dev/null; output is cut at 16 MiB a stream.
program_result run_program(const request& r, const std::vector<std::string>& argv);
/// Ansible's get_bin_path: PATH, then /sbin, /usr/sbin, /usr/local/sbin. Empty when there is none; `searched`
/// then gets the directories, joined with ':'.
std::string find_program(const request& r, std::string_view name, std::string* searched = nullptr);

} // namespace mito::modules

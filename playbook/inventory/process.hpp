#pragma once
/// Running inventory scripts and other programs that print something.
#include <string>
#include <vector>

#include "core/expected.hpp"

namespace mito::playbook {

struct program_output {
  int status = 0; ///< exit status; 128 + n when signal n ended it
  std::string out, err;
};

/// Runs `argv` without a shell, standard input empty, and collects what it prints (at most 256 MiB). After
/// `seconds` its process group is killed and that is the error (category "timeout"). A name without a slash is searched in PATH;
/// `environment` ("NAME=value") is added to ours.
core::expected<program_output> run_program(const std::vector<std::string>& argv, unsigned seconds,
                                           const std::vector<std::string>& environment = {});

} // namespace mito::playbook

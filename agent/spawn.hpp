#pragma once
/// Starting programs.
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

#include "core/value.hpp"

namespace mito::agent {

/// The agent's environment with `added` on top, as "NAME=value".
std::vector<std::string> environment_with(const core::dict& added);

struct spawn_options {
  const std::vector<std::string>& argv;        ///< argv[0] is searched in the environment's PATH when it has no slash
  const std::vector<std::string>& environment; ///< all of it
  std::string_view directory;                  ///< empty: ours
  int in = -1, out = -1, err = -1;             ///< become 0, 1, 2
  int terminal = -1;                           ///< becomes the controlling terminal
  bool die_with_us = true;                     ///< killed by the kernel should the agent be killed
};

/// Starts a program as the leader of a session and process group of its own. Returns its pid, or -1 with errno set when
/// it could not be started or executed.
pid_t spawn(const spawn_options& options);

} // namespace mito::agent

#pragma once
/// The OpenSSH command-line options that Ansible's settings carry (ansible_ssh_common_args and others).
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/expected.hpp"

namespace mito::transport {

struct ssh_arguments {
  /// As `-o` would say it, in order: keyword in lower case, value.
  std::vector<std::pair<std::string, std::string>> options;
  std::optional<std::string> config_file; ///< -F
  /// The first argument that only the ssh program understands; empty: none.
  std::string needs_program;
};

/// Error: an argument that makes no sense here (a host name, -V, an option without its value).
core::expected<ssh_arguments> parse_ssh_arguments(const std::vector<std::string>& arguments);

} // namespace mito::transport

#pragma once
/// A target's own values, its ssh arguments, ssh_config and OpenSSH's defaults become one `ssh_settings`.
#include "core/expected.hpp"
#include "transport/settings.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {

/// May read files and run `Match exec`: blocks. Errors are OpenSSH's, with file and line.
core::expected<ssh_settings> resolve_settings(const ssh_target& target, config_store& store);

/// One element of ProxyJump: [user@]host[:port] or ssh://….
struct jump_spec {
  std::string host;
  std::optional<std::string> user;
  std::optional<std::uint16_t> port;
};
core::expected<jump_spec> parse_jump(std::string_view text);

} // namespace mito::transport

#pragma once
/// What counts as a host's name or address, with an optional port; ranges are allowed in it.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"

namespace mito::playbook {

struct host_and_port {
  std::string host;
  std::int64_t port = 0; ///< 0: none given
};
/// "host:22", "[::1]:22", "web[1:3].x:22"; nullopt when the text is no host name (RFC 1123 with underscores, and letters
/// of any script), IPv4 or IPv6 address.
std::optional<host_and_port> parse_address(std::string_view text);
/// An IPv4 or IPv6 address: what has no short form.
bool is_ip_address(std::string_view text);

/// "web[01:10:2].x" as the names it stands for; a name without a range is itself.
core::expected<std::vector<std::string>> expand_range(std::string_view pattern);

struct host_pattern {
  std::vector<std::string> names;
  std::int64_t port = 0;
};
/// A host entry as sources have it: names from ranges, and the port for all of them. What is no address is taken as it is.
core::expected<host_pattern> expand_host_pattern(std::string_view text);

} // namespace mito::playbook

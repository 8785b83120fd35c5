#pragma once
/// What the parts of wait_for share: addresses and connections.
#include <string>
#include <sys/socket.h>
#include <vector>

#include "modules/module.hpp"

namespace mito::modules {

struct host_address {
  sockaddr_storage address{};
  socklen_t size = 0;
};

/// Numeric addresses as they are; names through the `getent` program (a static program cannot load NSS
/// modules), then /etc/hosts. Empty: unknown.
std::vector<host_address> resolve(const request& r, const std::string& host);
/// A connected socket, or -1.
int connect_to(const request& r, const std::string& host, int port, int timeout_seconds);
/// Connections to host:port in one of `states` (list of names) without those from `excluded` hosts.
int count_connections(const request& r, const std::string& host, int port, const core::list& states,
                      const core::list& excluded);
/// The kernel's number of a state's name; 0: no such state.
int connection_state(std::string_view name);

} // namespace mito::modules

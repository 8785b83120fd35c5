#include "transport/settings.hpp"

#include "transport/known_hosts.hpp"

namespace mito::transport {

std::string ssh_settings::known_name() const {
  // HostKeyAlias stands for host and port (ssh_config(5)).
  return host_key_alias.empty() ? host_key_name(host_name, port) : host_key_name(host_key_alias, 22);
}

std::string ssh_settings::place() const {
  return port == 22 ? host_name : host_name + " port " + std::to_string(port);
}

} // namespace mito::transport

#pragma once
// The lab's network: a namespace with one bridge, a veth pair per host and one to the machine. All of it goes
// away with the last process in the namespace; nothing is left in the machine's but while the lab runs.

#include "netlink.hpp"

#include <optional>
#include <string>

namespace mito::lab {

class lab_network {
public:
  /// Moves this process into a new network namespace that reaches the machine's through the uplink.
  /// subnet: the first address of the /21 or "" to choose one. Throws lab_error.
  explicit lab_network(const std::string& subnet);

  ipv4 base() const { return base_; }
  const std::string& uplink() const { return uplink_; }
  int uplink_index() const { return uplink_index_; }

  /// Gives the namespace behind the descriptor a link "eth0" to the bridge.
  void attach(unsigned index, int host_namespace);
  /// An address for the proxy to listen on.
  void add_address(ipv4 address);
  /// Takes the uplink away, at once.
  void remove();

private:
  bool try_slice(ipv4 base, const std::string& name, int machine_namespace);
  ipv4 base_ = 0;
  std::string uplink_;
  int uplink_index_ = 0;
  unique_fd namespace_;
  std::optional<netlink> inner_;
};

/// No IPv6 on this link of this namespace ("default": on those to come): its multicasts go to every port of
/// the bridge, N squared in all. A host's lo keeps ::1.
void disable_ipv6(const std::string& link);

/// Inside a host's namespace: lo and eth0 with its address, a default route.
void configure_host_network(ipv4 address, ipv4 gateway);

} // namespace mito::lab

#pragma once
// Just enough of rtnetlink(7): links, addresses, a default route. One socket belongs to one network
// namespace.

#include "system.hpp"

#include <cstdint>
#include <optional>
#include <string>

struct nlmsghdr;

namespace mito::lab {

/// An IPv4 address in host byte order.
using ipv4 = std::uint32_t;

std::string to_string(ipv4 address);
std::optional<ipv4> parse_ipv4(const std::string& text);

/// An rtnetlink socket in the network namespace it was made in. All functions throw lab_error.
class netlink {
public:
  netlink();

  void add_bridge(const std::string& name);
  /// A pair of links: `name` here, `peer` in the namespace behind the descriptor.
  /// Returns false, with nothing made, when a link of that name is there already.
  bool add_veth(const std::string& name, const std::string& peer, int peer_namespace);
  /// No such link is no error. index: remove it only if it has this number, 0 for any.
  void remove(const std::string& name, int index = 0);
  /// Brings a link up, optionally as a port of a bridge.
  void up(const std::string& name, const std::string& bridge = {});
  void add_address(const std::string& name, ipv4 address, unsigned prefix_length);
  void add_default_route(ipv4 gateway);

private:
  /// Sends one request and waits for the acknowledgement; returns 0 or the errno.
  int request(nlmsghdr* message);
  unique_fd socket_;
  std::uint32_t sequence_ = 0;
};

} // namespace mito::lab

#pragma once
/// Addresses and routes from the kernel.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.hpp"

namespace mito::modules::setup {

struct interface_address {
  int interface = 0; ///< its number
  bool v6 = false;
  bool secondary = false;
  std::string address;   ///< the own one
  std::string broadcast; ///< empty without one
  std::string label;     ///< of IPv4 addresses
  bool has_peer = false; ///< point to point: the other end's address differs
  int prefix = 0;
  std::string_view scope; ///< "global", "link", "host", "site"
};

/// All addresses, in the kernel's order.
std::vector<interface_address> interface_addresses();

/// The route to a public address: keys interface, address, gateway, as far as there are any; empty without a
/// route.
core::dict default_route(bool v6);

} // namespace mito::modules::setup

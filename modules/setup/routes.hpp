#pragma once
/// Addresses and routes from the kernel.
#include <string_view>
#include <vector>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

struct interface_address {
  int interface = 0; ///< its number
  bool v6 = false;
  bool secondary = false;
  bool has_peer = false; ///< point to point: the other end's address differs
  int prefix = 0;
  std::string_view address;   ///< the own one
  std::string_view bytes;     ///< the same in network order, of IPv4 addresses
  std::string_view broadcast; ///< empty without one
  std::string_view label;     ///< of IPv4 addresses
  std::string_view scope;     ///< "global", "link", "host", "site"
};

/// All addresses, in the kernel's order.
std::vector<interface_address> interface_addresses(context& c);

/// The route to a public address: sets interface, address, gateway, as far as there are any; nothing without
/// a route.
void default_route(context& c, bool v6, core::dict& out);

/// "192.0.2.1" for four bytes.
std::string_view dotted(context& c, std::string_view raw);

} // namespace mito::modules::setup

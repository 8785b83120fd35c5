#pragma once
/// The parts of the kernel's rtnetlink(7) interface that facts need. Written down here because the agent is
/// built against musl, which brings no kernel headers; the layouts are the kernel's ABI and never change.
#include <cstddef>
#include <cstdint>

namespace mito::modules::setup::rtnetlink {

struct message_header {
  std::uint32_t length;
  std::uint16_t type;
  std::uint16_t flags;
  std::uint32_t sequence;
  std::uint32_t port;
};
struct address_message {
  std::uint8_t family, prefix, flags, scope;
  std::uint32_t interface;
};
struct route_message {
  std::uint8_t family, destination_bits, source_bits, tos, table, protocol, scope, type;
  std::uint32_t flags;
};
struct attribute_header {
  std::uint16_t length;
  std::uint16_t type;
};

constexpr std::uint16_t error = 2, done = 3, new_address = 20, get_address = 22, new_route = 24,
                        get_route = 26;
constexpr std::uint16_t request = 1, dump = 0x300;
constexpr int address_address = 1, address_local = 2, address_label = 3, address_broadcast = 4;
constexpr int route_destination = 1, route_interface = 4, route_gateway = 5, route_preferred_source = 7;
constexpr std::uint8_t secondary = 1, unicast = 1;

/// Messages and attributes start at multiples of four.
constexpr std::size_t aligned(std::size_t n) {
  return (n + 3) & ~std::size_t{3};
}

} // namespace mito::modules::setup::rtnetlink

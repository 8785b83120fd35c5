#include "modules/setup/routes.hpp"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

#include "modules/setup/context.hpp"
#include "modules/setup/rtnetlink.hpp"

namespace mito::modules::setup {

namespace {

namespace nl = rtnetlink;

/// A fixed-size part of a message; zeros when the message is too short.
template <class T>
T part(std::string_view bytes, std::size_t at = 0) {
  T out{};
  if (bytes.size() >= at + sizeof out) ::memcpy(&out, bytes.data() + at, sizeof out);
  return out;
}

/// The attributes of one message by type, each the bytes of its payload.
class attributes {
public:
  explicit attributes(std::string_view bytes) {
    while (bytes.size() >= sizeof(nl::attribute_header)) {
      const auto header = part<nl::attribute_header>(bytes);
      if (header.length < sizeof header || header.length > bytes.size()) return;
      if (header.type < limit) found_[header.type] = bytes.substr(sizeof header, header.length - sizeof header);
      bytes.remove_prefix(std::min(bytes.size(), nl::aligned(header.length)));
    }
  }
  std::string_view operator[](int type) const { return found_[type]; }
  /// As an address; empty when it is missing or of the wrong size.
  std::string address(int type, bool v6) const {
    char text[INET6_ADDRSTRLEN];
    const auto raw = found_[type];
    if (raw.size() != (v6 ? 16u : 4u) || !::inet_ntop(v6 ? AF_INET6 : AF_INET, raw.data(), text, sizeof text))
      return {};
    return text;
  }

private:
  static constexpr int limit = 32;
  std::string_view found_[limit];
};

/// Sends one request and hands the body of each answer of type `wanted` to `take`, until the last one.
template <class Take>
void ask_kernel(std::string_view message, std::uint16_t wanted, const Take& take) {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (fd < 0) return;
  const timeval patience{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  const bool dump = (part<nl::message_header>(message).flags & nl::dump) == nl::dump;
  bool more = ::send(fd, message.data(), message.size(), 0) == static_cast<ssize_t>(message.size());
  std::string buffer(32768, '\0');
  while (more) {
    const auto n = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (n <= 0) break;
    more = dump;
    std::string_view rest(buffer.data(), static_cast<std::size_t>(n));
    while (rest.size() >= sizeof(nl::message_header)) {
      const auto header = part<nl::message_header>(rest);
      if (header.length < sizeof header || header.length > rest.size()) break;
      if (header.type == nl::done || header.type == nl::error) more = false;
      if (header.type == wanted) take(rest.substr(sizeof header, header.length - sizeof header));
      rest.remove_prefix(std::min(rest.size(), nl::aligned(header.length)));
    }
  }
  ::close(fd);
}

std::string_view bytes_of(const void* p, std::size_t n) { return {static_cast<const char*>(p), n}; }

std::string_view scope_name(int scope) {
  switch (scope) {
  case 0: return "global";
  case 200: return "site";
  case 253: return "link";
  case 254: return "host";
  default: return "nowhere";
  }
}

interface_address read_address(std::string_view body) {
  const auto header = part<nl::address_message>(body);
  const attributes a(body.substr(std::min(body.size(), sizeof header)));
  interface_address out;
  out.interface = static_cast<int>(header.interface);
  out.v6 = header.family == AF_INET6;
  out.secondary = (header.flags & nl::secondary) != 0;
  const auto local = a[nl::address_local], other = a[nl::address_address];
  out.address = a.address(local.empty() ? nl::address_address : nl::address_local, out.v6);
  out.has_peer = !local.empty() && !other.empty() && local != other;
  out.broadcast = a.address(nl::address_broadcast, out.v6);
  out.label = before(a[nl::address_label], '\0');
  out.prefix = std::min<int>(header.prefix, out.v6 ? 128 : 32);
  out.scope = scope_name(header.scope);
  return out;
}

} // namespace

std::vector<interface_address> interface_addresses() {
  struct {
    nl::message_header header;
    nl::address_message body;
  } request = {};
  request.header.length = sizeof request;
  request.header.type = nl::get_address;
  request.header.flags = nl::request | nl::dump;
  std::vector<interface_address> out;
  ask_kernel(bytes_of(&request, sizeof request), nl::new_address, [&](std::string_view body) {
    const auto family = part<nl::address_message>(body).family;
    if (family == AF_INET || family == AF_INET6) out.push_back(read_address(body));
  });
  return out;
}

core::dict default_route(bool v6) {
  struct {
    nl::message_header header;
    nl::route_message body;
    nl::attribute_header attribute;
    char address[16];
  } request = {};
  const int family = v6 ? AF_INET6 : AF_INET;
  const std::size_t width = v6 ? 16 : 4;
  // The addresses that Ansible asks for.
  ::inet_pton(family, v6 ? "2404:6800:400a:800::1012" : "8.8.8.8", request.address);
  request.attribute.type = nl::route_destination;
  request.attribute.length = static_cast<std::uint16_t>(sizeof request.attribute + width);
  request.body.family = static_cast<std::uint8_t>(family);
  request.body.destination_bits = static_cast<std::uint8_t>(width * 8);
  request.header.type = nl::get_route;
  request.header.flags = nl::request;
  request.header.length = static_cast<std::uint32_t>(sizeof request - sizeof request.address + width);
  core::dict out;
  ask_kernel(bytes_of(&request, request.header.length), nl::new_route, [&](std::string_view body) {
    const auto header = part<nl::route_message>(body);
    if (header.type != nl::unicast) return;
    const attributes a(body.substr(std::min(body.size(), sizeof header)));
    if (const auto gateway = a.address(nl::route_gateway, v6); !gateway.empty()) put(out, "gateway", gateway);
    char name[IF_NAMESIZE];
    if (::if_indextoname(part<std::uint32_t>(a[nl::route_interface]), name)) put(out, "interface", std::string(name));
    if (const auto own = a.address(nl::route_preferred_source, v6); !own.empty()) put(out, "address", own);
  });
  return out;
}

} // namespace mito::modules::setup

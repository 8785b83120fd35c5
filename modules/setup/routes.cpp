#include "modules/setup/routes.hpp"

#include <arpa/inet.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

namespace {

/// The attributes of one message by type, each the bytes of its payload.
class attributes {
public:
  attributes(const void* first, std::size_t size) {
    auto* a = static_cast<const rtattr*>(first);
    auto left = static_cast<int>(size);
    for (; RTA_OK(a, left); a = RTA_NEXT(a, left))
      if (a->rta_type < limit) found_[a->rta_type] = {static_cast<const char*>(RTA_DATA(a)), RTA_PAYLOAD(a)};
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

/// Sends one request and hands each answer to `take` until the last one.
template <class Take>
void ask_kernel(const void* message, std::size_t size, const Take& take) {
  const int fd = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) return;
  const timeval patience{5, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  bool dump = (static_cast<const nlmsghdr*>(message)->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
  bool more = ::send(fd, message, size, 0) == static_cast<ssize_t>(size);
  std::vector<char> buffer(32768);
  while (more) {
    auto left = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (left <= 0) break;
    more = dump;
    for (auto* m = reinterpret_cast<const nlmsghdr*>(buffer.data()); NLMSG_OK(m, left);
         m = NLMSG_NEXT(m, left)) {
      if (m->nlmsg_type == NLMSG_DONE || m->nlmsg_type == NLMSG_ERROR)
        more = false;
      else
        take(*m);
    }
  }
  ::close(fd);
}

std::string_view scope_name(int scope) {
  switch (scope) {
  case RT_SCOPE_UNIVERSE:
    return "global";
  case RT_SCOPE_SITE:
    return "site";
  case RT_SCOPE_LINK:
    return "link";
  case RT_SCOPE_HOST:
    return "host";
  default:
    return "nowhere";
  }
}

interface_address read_address(const nlmsghdr& m) {
  const auto* header = static_cast<const ifaddrmsg*>(NLMSG_DATA(&m));
  const attributes a(IFA_RTA(header), IFA_PAYLOAD(&m));
  interface_address out;
  out.interface = static_cast<int>(header->ifa_index);
  out.v6 = header->ifa_family == AF_INET6;
  out.secondary = (header->ifa_flags & IFA_F_SECONDARY) != 0;
  out.address = a.address(a[IFA_LOCAL].empty() ? IFA_ADDRESS : IFA_LOCAL, out.v6);
  out.has_peer = !a[IFA_LOCAL].empty() && !a[IFA_ADDRESS].empty() && a[IFA_LOCAL] != a[IFA_ADDRESS];
  out.broadcast = a.address(IFA_BROADCAST, out.v6);
  out.label = before(a[IFA_LABEL], '\0');
  out.prefix = header->ifa_prefixlen;
  out.scope = scope_name(header->ifa_scope);
  return out;
}

} // namespace

std::vector<interface_address> interface_addresses() {
  struct {
    nlmsghdr header;
    ifaddrmsg body;
  } request = {};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = RTM_GETADDR;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  std::vector<interface_address> out;
  ask_kernel(&request, sizeof request, [&](const nlmsghdr& m) {
    if (m.nlmsg_type != RTM_NEWADDR) return;
    const auto family = static_cast<const ifaddrmsg*>(NLMSG_DATA(&m))->ifa_family;
    if (family == AF_INET || family == AF_INET6) out.push_back(read_address(m));
  });
  return out;
}

core::dict default_route(bool v6) {
  struct {
    nlmsghdr header;
    rtmsg body;
    rtattr attribute;
    char address[16];
  } request = {};
  const int family = v6 ? AF_INET6 : AF_INET;
  const std::size_t width = v6 ? 16 : 4;
  // The addresses that Ansible asks for.
  ::inet_pton(family, v6 ? "2404:6800:400a:800::1012" : "8.8.8.8", request.address);
  request.attribute.rta_type = RTA_DST;
  request.attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(width));
  request.body.rtm_family = static_cast<unsigned char>(family);
  request.body.rtm_dst_len = static_cast<unsigned char>(width * 8);
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.header.nlmsg_len = static_cast<std::uint32_t>(NLMSG_LENGTH(sizeof(rtmsg)) + RTA_LENGTH(width));
  core::dict out;
  ask_kernel(&request, request.header.nlmsg_len, [&](const nlmsghdr& m) {
    const auto* header = static_cast<const rtmsg*>(NLMSG_DATA(&m));
    if (m.nlmsg_type != RTM_NEWROUTE || header->rtm_type != RTN_UNICAST) return;
    const attributes a(RTM_RTA(header), RTM_PAYLOAD(&m));
    unsigned index = 0;
    if (a[RTA_OIF].size() == sizeof index) ::memcpy(&index, a[RTA_OIF].data(), sizeof index);
    char name[IF_NAMESIZE];
    if (const auto gateway = a.address(RTA_GATEWAY, v6); !gateway.empty()) put(out, "gateway", gateway);
    if (index != 0 && ::if_indextoname(index, name)) put(out, "interface", name);
    if (const auto own = a.address(RTA_PREFSRC, v6); !own.empty()) put(out, "address", own);
  });
  return out;
}

} // namespace mito::modules::setup

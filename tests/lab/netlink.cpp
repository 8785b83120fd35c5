#include "netlink.hpp"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mito::lab {

namespace {

/// One netlink message under construction; nested attributes are closed by end().
class message {
public:
  message(std::uint16_t type, std::uint16_t flags, const void* body, size_t size) {
    header()->nlmsg_len = NLMSG_LENGTH(size);
    header()->nlmsg_type = type;
    header()->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    std::memcpy(NLMSG_DATA(header()), body, size);
  }

  nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(buffer_); }

  void add(unsigned short type, const void* data, size_t size) {
    auto* attribute = begin(type);
    std::memcpy(RTA_DATA(attribute), data, size);
    header()->nlmsg_len += static_cast<std::uint32_t>(size);
    end(attribute);
  }

  void add(unsigned short type, const std::string& text) { add(type, text.c_str(), text.size() + 1); }
  void add(unsigned short type, std::uint32_t number) { add(type, &number, sizeof number); }

  rtattr* begin(unsigned short type) {
    align();
    auto* attribute = reinterpret_cast<rtattr*>(buffer_ + header()->nlmsg_len);
    attribute->rta_type = type;
    header()->nlmsg_len += RTA_LENGTH(0);
    return attribute;
  }

  void end(rtattr* attribute) {
    auto* end = buffer_ + header()->nlmsg_len;
    attribute->rta_len = static_cast<unsigned short>(end - reinterpret_cast<char*>(attribute));
    align();
  }

  void append(const void* data, size_t size) {
    std::memcpy(buffer_ + header()->nlmsg_len, data, size);
    header()->nlmsg_len += static_cast<std::uint32_t>(size);
    align();
  }

private:
  void align() { header()->nlmsg_len = NLMSG_ALIGN(header()->nlmsg_len); }
  alignas(nlmsghdr) char buffer_[1024] = {};
};

message link_message(std::uint16_t type, std::uint16_t flags, int index = 0) {
  ifinfomsg info{};
  info.ifi_index = index;
  return {type, flags, &info, sizeof info};
}

[[noreturn]] void fail_code(int code, const std::string& what) {
  errno = code;
  fail_errno(what);
}

int link_index(const std::string& name) {
  auto index = ::if_nametoindex(name.c_str());
  if (index == 0) fail_errno("network link " + name);
  return static_cast<int>(index);
}

} // namespace

std::string to_string(ipv4 address) {
  auto octet = [&](unsigned shift) { return std::to_string(address >> shift & 255U); };
  return octet(24) + "." + octet(16) + "." + octet(8) + "." + octet(0);
}

std::optional<ipv4> parse_ipv4(const std::string& text) {
  in_addr address;
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1) return {};
  return ntohl(address.s_addr);
}

netlink::netlink() : socket_{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)} {
  check(socket_.get(), "netlink socket");
}

int netlink::request(nlmsghdr* message) {
  message->nlmsg_seq = ++sequence_;
  check(::send(socket_.get(), message, message->nlmsg_len, 0), "netlink send");
  alignas(nlmsghdr) char reply[8192];
  for (;;) {
    auto size = check(::recv(socket_.get(), reply, sizeof reply, 0), "netlink receive");
    auto* header = reinterpret_cast<nlmsghdr*>(reply);
    if (!NLMSG_OK(header, static_cast<unsigned>(size)) || header->nlmsg_seq != sequence_) continue;
    if (header->nlmsg_type == NLMSG_ERROR) return -static_cast<nlmsgerr*>(NLMSG_DATA(header))->error;
  }
}

void netlink::add_bridge(const std::string& name) {
  auto out = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  out.add(IFLA_IFNAME, name);
  auto* info = out.begin(IFLA_LINKINFO);
  out.add(IFLA_INFO_KIND, std::string{"bridge"});
  out.end(info);
  if (auto code = request(out.header())) fail_code(code, "bridge " + name);
}

bool netlink::add_veth(const std::string& name, const std::string& peer, int peer_namespace) {
  auto out = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  out.add(IFLA_IFNAME, name);
  auto* info = out.begin(IFLA_LINKINFO);
  out.add(IFLA_INFO_KIND, std::string{"veth"});
  auto* data = out.begin(IFLA_INFO_DATA);
  auto* other = out.begin(VETH_INFO_PEER);
  ifinfomsg peer_info{};
  out.append(&peer_info, sizeof peer_info);
  out.add(IFLA_IFNAME, peer);
  out.add(IFLA_NET_NS_FD, static_cast<std::uint32_t>(peer_namespace));
  out.end(other);
  out.end(data);
  out.end(info);
  auto code = request(out.header());
  if (code != 0 && code != EEXIST) fail_code(code, "veth " + name);
  return code == 0;
}

void netlink::remove(const std::string& name, int index) {
  auto found = static_cast<int>(::if_nametoindex(name.c_str()));
  if (found == 0 || (index != 0 && index != found)) return;
  auto code = request(link_message(RTM_DELLINK, 0, found).header());
  if (code != 0 && code != ENODEV) fail_code(code, "removing link " + name);
}

void netlink::up(const std::string& name, const std::string& bridge) {
  ifinfomsg info{};
  info.ifi_index = link_index(name);
  info.ifi_flags = info.ifi_change = IFF_UP;
  message out{RTM_NEWLINK, 0, &info, sizeof info};
  if (!bridge.empty()) out.add(IFLA_MASTER, static_cast<std::uint32_t>(link_index(bridge)));
  if (auto code = request(out.header())) fail_code(code, "link " + name + " up");
}

void netlink::add_address(const std::string& name, ipv4 address, unsigned prefix_length) {
  ifaddrmsg info{};
  info.ifa_family = AF_INET;
  info.ifa_prefixlen = static_cast<unsigned char>(prefix_length);
  info.ifa_index = static_cast<unsigned>(link_index(name));
  message out{RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info};
  out.add(IFA_LOCAL, htonl(address));
  out.add(IFA_ADDRESS, htonl(address));
  if (auto code = request(out.header())) fail_code(code, "address " + to_string(address));
}

void netlink::add_default_route(ipv4 gateway) {
  rtmsg info{};
  info.rtm_family = AF_INET;
  info.rtm_table = RT_TABLE_MAIN;
  info.rtm_protocol = RTPROT_STATIC;
  info.rtm_type = RTN_UNICAST;
  message out{RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info};
  out.add(RTA_GATEWAY, htonl(gateway));
  if (auto code = request(out.header())) fail_code(code, "default route");
}

} // namespace mito::lab

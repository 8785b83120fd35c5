#include "network.hpp"

#include "lab.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <unistd.h>

namespace mito::lab {

namespace {

constexpr const char* bridge = "lab";
constexpr const char* inner_uplink = "machine";
constexpr ipv4 slice_size = 1U << (32 - prefix_length);
constexpr unsigned slices = 32;

/// Whether an address of this namespace lies in the slice.
bool in_use(ipv4 base) {
  ifaddrs* list = nullptr;
  check(::getifaddrs(&list), "getifaddrs");
  bool found = false;
  for (auto* one = list; one; one = one->ifa_next) {
    if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || !one->ifa_netmask) continue;
    auto address = ntohl(reinterpret_cast<sockaddr_in*>(one->ifa_addr)->sin_addr.s_addr);
    auto mask = ntohl(reinterpret_cast<sockaddr_in*>(one->ifa_netmask)->sin_addr.s_addr);
    auto common = mask & ~(slice_size - 1);
    found |= (address & common) == (base & common);
  }
  ::freeifaddrs(list);
  return found;
}

} // namespace

void disable_ipv6(const std::string& link) {
  // /proc/sys/net is that of the reading process, whichever proc is mounted.
  auto path = "/proc/sys/net/ipv6/conf/" + link + "/disable_ipv6";
  if (!exists(path)) return;
  unique_fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  check(file.get(), path);
  check(::write(file.get(), "1", 1), path);
}

lab_network::lab_network(const std::string& subnet) {
  unique_fd machine{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
  check(machine.get(), "network namespace");
  std::optional<ipv4> fixed;
  if (!subnet.empty()) {
    fixed = parse_ipv4(subnet);
    if (!fixed || *fixed % slice_size != 0) throw lab_error{subnet + " is not the first address of a /21"};
  }
  for (unsigned i = 0; uplink_.empty() && i < (fixed ? 1 : slices); ++i) {
    auto base = fixed ? *fixed : 0x0AD50000U + i * slice_size;
    // The link's name is the lock: two labs cannot both make it.
    auto name = "mlab" + std::to_string(base / slice_size % (1U << 21));
    if (!in_use(base)) try_slice(base, name, machine.get());
    check(::setns(machine.get(), CLONE_NEWNET), "setns");
  }
  if (uplink_.empty())
    throw lab_error{"no free network for the lab" + (fixed ? ": " + subnet : std::string{})};
  // Now the machine's end, from its side.
  netlink outer;
  uplink_index_ = static_cast<int>(::if_nametoindex(uplink_.c_str()));
  outer.up(uplink_);
  outer.add_address(uplink_, base_ + 1, prefix_length);
  check(::setns(namespace_.get(), CLONE_NEWNET), "setns");
}

bool lab_network::try_slice(ipv4 base, const std::string& name, int machine_namespace) {
  if (!namespace_) {
    check(::unshare(CLONE_NEWNET), "network namespace");
    namespace_ = unique_fd{::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    check(namespace_.get(), "network namespace");
    disable_ipv6("default");
    inner_.emplace();
    inner_->up("lo");
    inner_->add_bridge(bridge);
    inner_->up(bridge);
  } else {
    check(::setns(namespace_.get(), CLONE_NEWNET), "setns");
  }
  if (!inner_->add_veth(inner_uplink, name, machine_namespace)) return false;
  inner_->up(inner_uplink, bridge);
  inner_->add_address(bridge, base + proxy_offset, prefix_length);
  base_ = base;
  uplink_ = name;
  return true;
}

void lab_network::attach(unsigned index, int host_namespace) {
  auto name = "host" + std::to_string(index);
  if (!inner_->add_veth(name, "eth0", host_namespace)) throw lab_error{"link " + name + " is there already"};
  inner_->up(name, bridge);
}

void lab_network::add_address(ipv4 address) {
  inner_->add_address(bridge, address, prefix_length);
}

void lab_network::remove() {
  if (!uplink_.empty()) inner_->remove(inner_uplink);
}

void configure_host_network(ipv4 address, ipv4 gateway) {
  netlink links;
  disable_ipv6("eth0");
  links.up("lo");
  links.up("eth0");
  links.add_address("eth0", address, prefix_length);
  links.add_default_route(gateway);
}

} // namespace mito::lab

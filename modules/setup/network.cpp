// network: interfaces with their addresses, and the default ones.
#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/ethtool.hpp"
#include "modules/setup/routes.hpp"

namespace mito::modules::setup {

namespace {

/// Interfaces while they are being described: in the kernel's order, found by name.
struct interface_table {
  std::vector<std::pair<std::string, core::dict>> entries;

  core::dict& at(std::string_view name) {
    for (auto& [key, facts] : entries)
      if (key == name) return facts;
    return entries.emplace_back(std::string(name), core::dict()).second;
  }
};

std::string_view type_name(std::string_view number) {
  static constexpr std::string_view names[][2] = {
      {"1", "ether"}, {"32", "infiniband"}, {"512", "ppp"}, {"772", "loopback"}, {"65534", "tunnel"}};
  for (const auto& n : names)
    if (n[0] == number) return n[1];
  return "unknown";
}

core::list list_of(const std::vector<std::string_view>& items) {
  core::list out;
  for (const auto item : items) add(out, item);
  return out;
}

std::string_view first_word(std::string_view s) {
  const auto all = words(s);
  return all.empty() ? std::string_view() : all[0];
}

void describe_bridge(const context& c, const std::string& path, core::dict& out) {
  core::list ports;
  for (const auto& port : names_in(c, path + "/brif")) add(ports, port);
  put(out, "type", "bridge");
  put(out, "interfaces", core::value(std::move(ports)));
  if (exists(c, path + "/bridge/bridge_id")) put(out, "id", text(c, path + "/bridge/bridge_id"));
  if (exists(c, path + "/bridge/stp_state")) put_flag(out, "stp", text(c, path + "/bridge/stp_state") == "1");
}

void describe_bond(const context& c, const std::string& path, core::dict& out) {
  const auto read = [&](std::string_view name) { return text(c, joined(path, "/bonding/", name)); };
  put(out, "type", "bonding");
  put(out, "slaves", core::value(list_of(words(read("slaves")))));
  for (const auto name : {"mode", "miimon", "lacp_rate"}) put(out, name, first_word(read(name)));
  if (const auto primary = read("primary"); !primary.empty()) {
    put(out, "primary", primary);
    if (exists(c, path + "/bonding/all_slaves_active"))
      put_flag(out, "all_slaves_active", read("all_slaves_active") == "1");
  }
}

/// What /sys/class/net/NAME says.
void describe_device(const context& c, const std::string& path, core::dict& out) {
  const auto read = [&](std::string_view name) { return content(c, joined(path, "/", name)); };
  if (const auto mac = read("address"); mac && *mac != "00:00:00:00:00:00") put(out, "macaddress", *mac);
  if (const auto mtu = read("mtu")) put(out, "mtu", number(*mtu));
  if (const auto state = read("operstate")) put_flag(out, "active", *state != "down");
  if (const auto module = real_path(c, path + "/device/driver/module"); !module.empty())
    put(out, "module", base_name(module));
  if (const auto type = read("type")) put(out, "type", type_name(*type));
  if (exists(c, path + "/bridge")) describe_bridge(c, path, out);
  if (exists(c, path + "/bonding")) describe_bond(c, path, out);
  if (exists(c, path + "/bonding_slave"))
    put(out, "perm_macaddress", text(c, path + "/bonding_slave/perm_hwaddr"));
  if (const auto device = link_target(c, path + "/device"); !device.empty())
    put(out, "pciid", base_name(device));
  if (const auto speed = read("speed")) put(out, "speed", core::parse_int(*speed).value_or(-1));
  if (const auto flags = read("flags"))
    put_flag(out, "promisc", (::strtoul(flags->c_str(), nullptr, 16) & IFF_PROMISC) != 0);
}

std::string dotted(std::uint32_t host_order) {
  char text[INET_ADDRSTRLEN];
  const std::uint32_t net = htonl(host_order);
  ::inet_ntop(AF_INET, &net, text, sizeof text);
  return text;
}

core::dict ipv4_facts(const interface_address& a) {
  // `ip` shows no prefix for point to point links, and Ansible takes that for 32; nor does it see their
  // broadcast.
  const int prefix = a.has_peer ? 32 : a.prefix;
  std::uint32_t address = 0;
  ::inet_pton(AF_INET, a.address.c_str(), &address);
  const auto mask = static_cast<std::uint32_t>(0xffffffffull << (32 - prefix));
  core::dict out;
  std::string digits;
  core::append_int(digits, prefix);
  put(out, "address", a.address);
  put(out, "broadcast", a.has_peer ? std::string_view() : std::string_view(a.broadcast));
  put(out, "netmask", dotted(mask));
  put(out, "network", dotted(ntohl(address) & mask));
  put(out, "prefix", digits);
  return out;
}

void append_to(core::dict& d, std::string_view key, core::dict item) {
  core::list items;
  if (const auto* old = d.find(key)) items = old->as_list();
  items.emplace_back(std::move(item));
  put(d, key, core::value(std::move(items)));
}

/// mtu, type and MAC address of the device that has the default address.
void copy_device(const core::dict& device, std::string_view mac, core::dict& out) {
  put(out, "macaddress", mac);
  if (const auto* mtu = device.find("mtu")) put(out, "mtu", *mtu);
  const auto* type = device.find("type");
  put(out, "type", type != nullptr ? *type : core::value("unknown"));
}

struct network_state {
  interface_table interfaces;
  core::dict default_v4, default_v6;
  core::list all_v4, all_v6;
};

void add_ipv4(network_state& s, std::string_view device, std::string_view mac, const interface_address& a) {
  const auto facts = ipv4_facts(a);
  const std::string_view label = a.label.empty() ? device : std::string_view(a.label);
  // An alias like eth0:1 counts as an interface of its own; each of its addresses starts it anew.
  if (label != device) s.interfaces.at(label) = core::dict();
  auto& owner = s.interfaces.at(label);
  if (!a.secondary && !owner.contains("ipv4"))
    put(owner, "ipv4", core::value(facts));
  else
    append_to(owner, "ipv4_secondaries", facts);
  auto& own = s.interfaces.at(device);
  if (a.secondary && label != device) append_to(own, "ipv4_secondaries", facts);
  if (const auto* address = s.default_v4.find("address");
      address != nullptr && address->as_string() == a.address) {
    for (const auto& [key, val] : facts) put(s.default_v4, key.as_string(), val);
    copy_device(own, mac, s.default_v4);
    put(s.default_v4, "alias", label);
  }
  if (!a.address.starts_with("127.")) add(s.all_v4, a.address);
}

void add_ipv6(network_state& s, std::string_view device, std::string_view mac, const interface_address& a) {
  core::dict facts;
  std::string digits;
  core::append_int(digits, a.prefix);
  put(facts, "address", a.address);
  put(facts, "prefix", digits);
  put(facts, "scope", a.scope);
  auto& own = s.interfaces.at(device);
  append_to(own, "ipv6", facts);
  if (const auto* address = s.default_v6.find("address");
      address != nullptr && address->as_string() == a.address) {
    put(s.default_v6, "prefix", std::string_view(digits));
    put(s.default_v6, "scope", a.scope);
    copy_device(own, mac, s.default_v6);
  }
  if (a.address != "::1") add(s.all_v6, a.address);
}

} // namespace

void collect_network(context& c, core::dict& out) {
  network_state s;
  s.default_v4 = default_route(false);
  s.default_v6 = default_route(true);
  const auto addresses = interface_addresses();
  for (const auto& device : names_in(c, "/sys/class/net")) {
    const auto path = joined("/sys/class/net/", device);
    if (!is_directory(c, path)) continue; // bonding_masters is a file
    {
      auto& facts = s.interfaces.at(device);
      put(facts, "device", device);
      describe_device(c, path, facts);
    }
    const auto mac = text(c, path + "/address");
    const auto index = static_cast<int>(::if_nametoindex(device.c_str()));
    // Ansible asks for primary addresses first, then for secondary (and temporary) ones.
    for (const bool secondary : {false, true})
      for (const auto& a : addresses) {
        if (a.interface != index || a.secondary != secondary) continue;
        if (a.v6)
          add_ipv6(s, device, mac, a);
        else
          add_ipv4(s, device, mac, a);
      }
    describe_with_ethtool(c, device, s.interfaces.at(device));
  }

  core::list names;
  for (auto& [name, facts] : s.interfaces.entries) {
    std::replace(name.begin(), name.end(), ':', '_');
    add(names, name);
    put(out, name, core::value(facts));
  }
  put(out, "interfaces", core::value(std::move(names)));
  put(out, "default_ipv4", core::value(std::move(s.default_v4)));
  put(out, "default_ipv6", core::value(std::move(s.default_v6)));
  put(out, "all_ipv4_addresses", core::value(std::move(s.all_v4)));
  put(out, "all_ipv6_addresses", core::value(std::move(s.all_v6)));
}

} // namespace mito::modules::setup

// network: interfaces with their addresses, and the default ones.
#include <net/if.h>
#include <stdlib.h>

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/ethtool.hpp"
#include "modules/setup/routes.hpp"

namespace mito::modules::setup {

namespace {

std::string_view type_name(std::string_view number) {
  static constexpr std::string_view names[][2] = {
      {"1", "ether"}, {"32", "infiniband"}, {"512", "ppp"}, {"772", "loopback"}, {"65534", "tunnel"}};
  for (const auto& n : names)
    if (n[0] == number) return n[1];
  return "unknown";
}

void describe_bridge(context& c, std::string_view path, core::dict& out) {
  auto& ports = c.new_list();
  for (const auto port : names_in(c, {path, "/brif"})) add(ports, port);
  put(out, "type", "bridge");
  put(out, "interfaces", ports);
  if (exists(c, {path, "/bridge/bridge_id"})) put(out, "id", text(c, {path, "/bridge/bridge_id"}));
  if (exists(c, {path, "/bridge/stp_state"}))
    put_flag(out, "stp", text(c, {path, "/bridge/stp_state"}) == "1");
}

void describe_bond(context& c, std::string_view path, core::dict& out) {
  const auto read = [&](std::string_view name) { return text(c, {path, "/bonding/", name}); };
  auto& slaves = c.new_list();
  for (const auto name : words(read("slaves"))) add(slaves, name);
  put(out, "type", "bonding");
  put(out, "slaves", slaves);
  for (const auto name : {"mode", "miimon", "lacp_rate"}) put(out, name, word(read(name), 0));
  const auto primary = read("primary");
  put_found(out, "primary", primary);
  if (!primary.empty() && exists(c, {path, "/bonding/all_slaves_active"}))
    put_flag(out, "all_slaves_active", read("all_slaves_active") == "1");
}

/// What /sys/class/net/NAME says.
void describe_device(context& c, std::string_view path, core::dict& out) {
  const auto read = [&](std::string_view name) { return text(c, {path, "/", name}); };
  if (const auto mac = read("address"); mac != "00:00:00:00:00:00") put_found(out, "macaddress", mac);
  if (const auto mtu = read("mtu"); !mtu.empty()) put(out, "mtu", number(mtu));
  if (const auto state = read("operstate"); !state.empty()) put_flag(out, "active", state != "down");
  put_found(out, "module", base_name(real_path(c, {path, "/device/driver/module"})));
  if (const auto type = read("type"); !type.empty()) put(out, "type", type_name(type));
  if (exists(c, {path, "/bridge"})) describe_bridge(c, path, out);
  if (exists(c, {path, "/bonding"})) describe_bond(c, path, out);
  if (exists(c, {path, "/bonding_slave"})) put(out, "perm_macaddress", read("bonding_slave/perm_hwaddr"));
  put_found(out, "pciid", base_name(link_target(c, {path, "/device"})));
  if (const auto speed = core::parse_int(read("speed"))) put(out, "speed", *speed);
  if (const auto flags = read("flags"); !flags.empty())
    put_flag(out, "promisc", (::strtoul(flags.data(), nullptr, 16) & IFF_PROMISC) != 0);
}

core::dict& ipv4_facts(context& c, const interface_address& a) {
  // `ip` shows no prefix for point to point links, and Ansible takes that for 32; nor does it see their
  // broadcast.
  const int prefix = a.has_peer ? 32 : a.prefix;
  char mask[4], network[4];
  for (int i = 0; i < 4; ++i) {
    const int bits = std::clamp(prefix - 8 * i, 0, 8);
    mask[i] = static_cast<char>(0xff00 >> bits);
    network[i] =
        a.bytes.size() == 4 ? static_cast<char>(a.bytes[static_cast<std::size_t>(i)] & mask[i]) : '\0';
  }
  auto& out = c.new_dict();
  put(out, "address", a.address);
  put(out, "broadcast", a.has_peer ? "" : a.broadcast);
  put(out, "netmask", dotted(c, {mask, 4}));
  put(out, "network", dotted(c, {network, 4}));
  put(out, "prefix", digits(c, prefix));
  return out;
}

/// mtu, type and MAC address of the device that has the default address.
void copy_device(const core::dict& device, std::string_view mac, core::dict& out) {
  put(out, "macaddress", mac);
  if (const auto* mtu = device.find("mtu")) put_value(out, "mtu", *mtu);
  const auto type = get(device, "type");
  put(out, "type", type.empty() ? "unknown" : type);
}

struct interface_entry {
  std::string_view name;
  core::dict* facts;
};

/// Interfaces while they are being described: in the kernel's order, found by name.
struct network_state {
  std::vector<interface_entry> interfaces;
  core::dict default_v4, default_v6;
  core::list all_v4, all_v6;

  core::dict& at(context& c, std::string_view name) {
    for (const auto& i : interfaces)
      if (i.name == name) return *i.facts;
    interfaces.push_back({name, &c.new_dict()});
    return *interfaces.back().facts;
  }
};

void add_ipv4(context& c, network_state& s, std::string_view device, std::string_view mac,
              const interface_address& a) {
  const core::value facts(ipv4_facts(c, a));
  const auto label = a.label.empty() ? device : a.label;
  auto& own = s.at(c, device);
  auto& owner = s.at(c, label);
  // An alias like eth0:1 counts as an interface of its own; each of its addresses starts it anew.
  if (label != device) owner = core::dict();
  if (!a.secondary && !owner.contains("ipv4"))
    put_value(owner, "ipv4", facts);
  else
    add_to(owner, "ipv4_secondaries", facts);
  if (a.secondary && label != device) add_to(own, "ipv4_secondaries", facts);
  if (get(s.default_v4, "address") == a.address) {
    s.default_v4.update(facts.as_dict());
    copy_device(own, mac, s.default_v4);
    put(s.default_v4, "alias", label);
  }
  if (!starts(a.address, "127.")) add(s.all_v4, a.address);
}

void add_ipv6(context& c, network_state& s, std::string_view device, std::string_view mac,
              const interface_address& a) {
  auto& facts = c.new_dict();
  put(facts, "prefix", digits(c, a.prefix));
  put(facts, "scope", a.scope);
  auto& own = s.at(c, device);
  if (get(s.default_v6, "address") == a.address) {
    s.default_v6.update(facts);
    copy_device(own, mac, s.default_v6);
  }
  put(facts, "address", a.address);
  add_to(own, "ipv6", core::value(std::move(facts)));
  if (a.address != "::1") add(s.all_v6, a.address);
}

} // namespace

void collect_network(context& c, core::dict& out) {
  network_state s;
  default_route(c, false, s.default_v4);
  default_route(c, true, s.default_v6);
  const auto addresses = interface_addresses(c);
  for (const auto device : names_in(c, {"/sys/class/net"})) {
    const auto path = c.join({"/sys/class/net/", device});
    if (!is_directory(c, {path})) continue; // bonding_masters is a file
    auto& facts = s.at(c, device);
    put(facts, "device", device);
    describe_device(c, path, facts);
    const auto mac = text(c, {path, "/address"});
    const auto index = static_cast<int>(::if_nametoindex(device.data()));
    // Ansible asks for primary addresses first, then for secondary (and temporary) ones.
    for (const bool secondary : {false, true})
      for (const auto& a : addresses)
        if (a.interface == index && a.secondary == secondary)
          (a.v6 ? add_ipv6 : add_ipv4)(c, s, device, mac, a);
    describe_with_ethtool(c, device, facts);
  }
  auto& names = c.new_list();
  for (const auto& i : s.interfaces) {
    std::string name(i.name);
    std::replace(name.begin(), name.end(), ':', '_');
    add(names, name);
    put(out, name, *i.facts);
  }
  put(out, "interfaces", names);
  put(out, "default_ipv4", s.default_v4);
  put(out, "default_ipv6", s.default_v6);
  put(out, "all_ipv4_addresses", s.all_v4);
  put(out, "all_ipv6_addresses", s.all_v6);
}

} // namespace mito::modules::setup

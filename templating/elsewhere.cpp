#include "templating/elsewhere.hpp"

#include <algorithm>
#include <iterator>

namespace mito::templating {

namespace {

/// Once part of Ansible, now of collections that its package installs. Sorted.
constexpr std::string_view routed[] = {
    "cidr_merge",  "comp_type5",         "gcp_kms_decrypt",    "gcp_kms_encrypt",  "hash_salt",
    "hwaddr",      "ip4_hex",            "ipaddr",             "ipmath",           "ipsubnet",
    "ipv4",        "ipv6",               "ipwrap",             "json_query",       "k8s_config_resource_name",
    "network_in_network", "network_in_usable", "next_nth_usable", "nthhost",        "parse_cli",
    "parse_cli_textfsm", "parse_xml",    "previous_nth_usable", "random_mac",      "reduce_on_network",
    "slaac",       "type5_pw",           "vlan_expander",      "vlan_parser",
};

} // namespace

bool defined_elsewhere(std::string_view name) {
  auto dots = std::count(name.begin(), name.end(), '.');
  if (dots >= 2) return !name.starts_with("ansible.builtin.") && !name.starts_with("ansible.legacy.");
  return std::binary_search(std::begin(routed), std::end(routed), name);
}

} // namespace mito::templating

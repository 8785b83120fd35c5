#pragma once
/// Host patterns: `hosts:` of a play and --limit.
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "playbook/inventory/inventory.hpp"

namespace mito::playbook {

struct selection {
  std::vector<host_id> hosts; ///< in Ansible's order, each once
  std::vector<core::diagnostic> warnings;
};

/// `pattern` is a string ("web:&prod", "a,b") or a list of such. `limit` (may be empty) is --limit's text,
/// @files included. The implicit localhost may be made, hence the mutable inventory.
core::expected<selection> select_hosts(inventory& from, const core::value& pattern,
                                       std::string_view limit = {});
/// The same without making an implicit localhost.
core::expected<selection> select_hosts(const inventory& from, const core::value& pattern);

/// Names that a pattern selects among the hosts of `groups` (the variable: lists of names by group); none where it is wrong.
/// The lookup inventory_hostnames.
core::list hostnames_matching(const core::value& groups, const core::list& patterns);

/// The pieces of a pattern: separated by `,`, or by `:` where it is no part of a range, port or IPv6 address.
std::vector<std::string> split_pattern(std::string_view pattern);

/// `order:` of a play: inventory, reverse_inventory, sorted, reverse_sorted, shuffle.
core::expected<void> order_hosts(const inventory& from, std::vector<host_id>& hosts, std::string_view order);
/// Batches of `serial:`: an int, "30%" or a list of these; empty `serial`: one batch.
core::expected<std::vector<std::vector<host_id>>> batches(const std::vector<host_id>& hosts,
                                                          const core::value& serial);

} // namespace mito::playbook

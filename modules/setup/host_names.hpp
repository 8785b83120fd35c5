#pragma once
/// Names of hosts and users as the machine's name services give them.
#include <string_view>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// Python's socket.getfqdn(): /etc/hosts is read here; when it does not know the name and the machine has
/// further sources (DNS, directory services), `getent` asks them.
std::string_view full_host_name(context& c, std::string_view node);

/// A passwd line by name (`field` 0) or by number (2). /etc/passwd is read here; for users of directory
/// services `getent` is asked. Empty when unknown.
std::string_view passwd_entry(context& c, std::string_view wanted, int field);

/// The /etc/hosts lines' part of full_host_name: empty when `node` is not in `hosts`.
std::string_view name_from_hosts(context& c, std::string_view hosts, std::string_view node);

} // namespace mito::modules::setup

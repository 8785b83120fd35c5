#pragma once
/// Names of hosts and users as the machine's name services give them.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// Python's socket.getfqdn(): /etc/hosts is read here; when it does not know the name and the machine has
/// further sources (DNS, directory services), `getent` asks them.
std::string full_host_name(const context& c, std::string_view node);

/// The fields of a passwd entry, by name or by number: name, password, uid, gid, gecos, home, shell.
/// /etc/passwd is read here; for users of directory services `getent` is asked. Empty when unknown.
std::vector<std::string> passwd_entry(const context& c, std::string_view name_or_uid);

/// The /etc/hosts lines' part of full_host_name: nothing when `node` is not in `hosts`.
std::optional<std::string> name_from_hosts(std::string_view hosts, std::string_view node);

} // namespace mito::modules::setup

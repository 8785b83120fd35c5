#pragma once
/// Users and groups: /etc/passwd and /etc/group first, then the `getent` program (LDAP, sssd), since a static
/// program cannot load NSS modules.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mito::modules {

struct user_entry {
  std::string name;
  std::int64_t uid = 0, gid = 0;
  std::string gecos, home, shell;
};

struct group_entry {
  std::string name;
  std::int64_t gid = 0;
};

std::optional<user_entry> find_user(std::string_view name);
std::optional<user_entry> find_user(std::int64_t uid);
std::optional<group_entry> find_group(std::string_view name);
std::optional<group_entry> find_group(std::int64_t gid);

} // namespace mito::modules

#include "transport/prepare.hpp"

#include <pwd.h>
#include <unistd.h>

#include <cstdlib>

namespace mito::transport {
namespace {

struct account {
  std::string name, home;
};

account own_account() {
  passwd entry{};
  passwd* found = nullptr;
  std::string buffer(16384, '\0');
  ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found);
  return found == nullptr ? account{} : account{entry.pw_name, entry.pw_dir};
}

} // namespace

prepared prepare(services& shared, const ssh_target& target) {
  prepared out;
  auto& s = out.settings;
  const auto me = own_account();
  s.original_host = s.host_name = target.host;
  s.port = target.port.value_or(22);
  s.user = target.user.value_or(me.name);
  s.password = target.password;
  s.key_passphrase = target.key_passphrase;
  for (const auto& path : target.private_keys) s.identities.push_back({path, true});
  if (s.identities.empty())
    for (const char* name : {"id_rsa", "id_ecdsa", "id_ed25519"})
      s.identities.push_back({me.home + "/.ssh/" + name, false});
  s.on_unknown = target.on_unknown;
  s.connect_timeout = target.connect_timeout;
  s.user_known_hosts = target.known_hosts_files;
  if (s.user_known_hosts.empty())
    s.user_known_hosts = {me.home + "/.ssh/known_hosts", me.home + "/.ssh/known_hosts2"};
  s.global_known_hosts = {"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"};
  out.known = shared.hosts.find(s);
  return out;
}

} // namespace mito::transport

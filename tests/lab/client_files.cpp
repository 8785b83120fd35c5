// What clients of the lab read: inventory, ssh_config, known_hosts, state.json, passwords.

#include "lab.hpp"
#include "users.hpp"

#include <sstream>

namespace mito::lab {

namespace {

std::string inventory(const lab& from) {
  std::ostringstream out;
  out << "[lab]\n";
  for (const auto& one : from.hosts) out << one.name << " ansible_host=" << to_string(one.contact) << '\n';
  out << "\n[lab:vars]\nansible_user=deploy\nansible_ssh_private_key_file=" << from.dir << "/id_ed25519\n";
  return out.str();
}

std::string known_hosts(const lab& from) {
  std::ostringstream out;
  for (const auto& one : from.hosts) {
    out << one.name << ',' << to_string(one.contact);
    if (one.contact != one.address) out << ',' << to_string(one.address);
    out << ' ' << one.key_type_and_key << '\n';
  }
  return out.str();
}

std::string ssh_config(const lab& from) {
  std::ostringstream out;
  for (const auto& one : from.hosts)
    out << "Host " << one.name << "\n  HostName " << to_string(one.contact) << "\n";
  out << "Host *\n  User deploy\n  IdentityFile " << from.dir << "/id_ed25519\n  IdentitiesOnly yes\n"
      << "  UserKnownHostsFile " << from.dir << "/known_hosts\n  GlobalKnownHostsFile /dev/null\n"
      << "  StrictHostKeyChecking yes\n  CheckHostIP no\n  UpdateHostKeys no\n";
  return out.str();
}

std::string state_json(const lab& from) {
  std::ostringstream out;
  out << "{\"dir\": \"" << from.dir << "\", \"supervisor\": " << from.supervisor << ", \"uplink\": \""
      << from.uplink << "\", \"subnet\": \"" << to_string(from.base) << '/' << prefix_length
      << "\", \"hosts\": {";
  const char* comma = "\n";
  for (const auto& one : from.hosts) {
    out << comma << "  \"" << one.name << "\": {\"pid\": " << one.pid << ", \"address\": \""
        << to_string(one.address) << "\", \"ansible_host\": \"" << to_string(one.contact)
        << "\", \"port\": 22, \"proxied\": " << (one.contact != one.address ? "true" : "false")
        << ", \"upper\": \"/proc/" << from.supervisor << "/root" << from.dir << "/fs/" << one.name
        << "/upper\", \"sshd_log\": \"" << from.dir << '/' << one.name << ".sshd.log\"}";
    comma = ",\n";
  }
  out << "\n}}\n";
  return out.str();
}

} // namespace

void write_client_files(const lab& from) {
  write_file(from.dir + "/inventory.ini", inventory(from));
  write_file(from.dir + "/known_hosts", known_hosts(from));
  write_file(from.dir + "/ssh_config", ssh_config(from));
  write_file(from.dir + "/passphrase", std::string{passphrase} + "\n");
  std::string passwords;
  for (const auto& user : users())
    if (user.password[0]) passwords += std::string{user.name} + " " + user.password + "\n";
  write_file(from.dir + "/passwords", passwords);
  write_file(from.dir + "/state.json", state_json(from));
}

} // namespace mito::lab

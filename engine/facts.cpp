#include "engine/facts.hpp"

namespace mito::engine {

namespace {

/// Variables that configure connections, by their short form (MAGIC_VARIABLE_MAPPING,
/// COMMON_CONNECTION_VARS).
constexpr std::string_view connection_names[] = {
    "connection",
    "module_compression",
    "shell_type",
    "shell_executable",
    "host",
    "user",
    "password",
    "port",
    "pipelining",
    "timeout",
    "private_key_file",
    "network_os",
    "connection_user",
    "sftp_extra_args",
    "scp_extra_args",
    "docker_extra_args",
    "become",
    "rsync_path",
    "playbook_python",
    "facts",
    "config_file",
    "inventory_sources",
    "version",
};

/// Connection plugins: any ansible_<plugin>_* is one's setting.
constexpr std::string_view plugin_prefixes[] = {"ssh_",  "local_", "paramiko_ssh_", "paramiko_",
                                                "psrp_", "winrm_"};

/// Become methods: ansible_sudo_exe and its like say what runs as another user.
constexpr std::string_view become_prefixes[] = {"become_", "doas_",   "dzdo_",  "ksu_", "machinectl_", "pbrun_",
                                                "pfexec_", "pmrun_", "sesu_", "su_",         "sudo_"};

} // namespace

bool is_restricted_fact(std::string_view name) {
  if (name == "add_host" || name == "add_group" || name.starts_with("_ansible_")) return true;
  if (!name.starts_with("ansible_") || name.starts_with("ansible_ssh_host_key_")) return false;
  auto rest = name.substr(8);
  if (rest.ends_with("_interpreter")) return true;
  for (auto n : connection_names)
    if (rest == n) return true;
  for (auto prefix : plugin_prefixes)
    // Container and VM bridges are devices, not settings.
    if (rest.starts_with(prefix) && !rest.ends_with("_bridge") && !rest.ends_with("_gwbridge")) return true;
  for (auto prefix : become_prefixes)
    if (rest.starts_with(prefix)) return true;
  return false;
}

core::dict injectable_facts(const core::dict& facts) {
  core::dict out;
  out.reserve(facts.size());
  for (const auto& e : facts)
    if (e.key.is_string() && !is_restricted_fact(e.key.as_string())) out.set_key(e.key, e.val);
  return out;
}

core::dict namespaced_facts(const core::dict& facts) {
  core::dict out;
  out.reserve(facts.size());
  for (const auto& e : facts) {
    auto name = e.key.as_string();
    if (name.starts_with("ansible_") && name != "ansible_local")
      out.set(name.substr(8), e.val);
    else
      out.set_key(e.key, e.val);
  }
  return out;
}

} // namespace mito::engine

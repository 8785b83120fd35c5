#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

std::span<const collector> collectors() {
  static constexpr collector table[] = {
      {"platform", "system kernel kernel_version machine python_version architecture machine_id", "", true,
       collect_platform},
      {"distribution", "distribution_version distribution_release distribution_major_version os_family", "",
       true, collect_distribution},
      {"lsb", "", "", true, collect_lsb},
      {"selinux", "", "", true, collect_selinux},
      {"apparmor", "", "", true, collect_apparmor},
      {"chroot", "is_chroot", "", false, collect_chroot},
      {"fips", "", "", true, collect_fips},
      {"python", "", "", true, collect_python},
      {"caps", "system_capabilities system_capabilities_enforced", "", true, collect_caps},
      {"pkg_mgr", "", "distribution", true, collect_pkg_mgr},
      {"service_mgr", "", "platform distribution", true, collect_service_mgr},
      {"cmdline", "", "", true, collect_cmdline},
      {"date_time", "", "", true, collect_date_time},
      {"env", "", "", true, collect_env},
      {"loadavg", "", "", false, collect_loadavg},
      {"ssh_pub_keys",
       "ssh_host_pub_keys ssh_host_key_dsa_public ssh_host_key_rsa_public ssh_host_key_ecdsa_public "
       "ssh_host_key_ed25519_public",
       "", true, collect_ssh_pub_keys},
      {"user",
       "user_id user_uid user_gid user_gecos user_dir user_shell real_user_id effective_user_id "
       "effective_group_ids",
       "", true, collect_user},
      {"virtual",
       "virtualization_type virtualization_role virtualization_tech_guest virtualization_tech_host", "",
       false, collect_virtual},
      {"hardware", "processor processor_cores processor_count mounts devices", "platform", false,
       collect_hardware},
      {"dns", "", "", true, collect_dns},
      {"fibre_channel_wwn", "", "", false, collect_fibre_channel},
      {"network", "interfaces default_ipv4 default_ipv6 all_ipv4_addresses all_ipv6_addresses",
       "distribution platform", false, collect_network},
      {"iscsi", "", "", false, collect_iscsi},
      {"nvme", "", "", false, collect_nvme},
      {"local", "", "", true, collect_local},
      {"facter", "", "", false, collect_facter},
      {"ohai", "", "", false, collect_ohai},
  };
  return table;
}

void collect_hardware(context& c, core::dict& out) {
  collect_processor(c, out);
  collect_memory(c, out);
  collect_dmi(c, out);
  collect_devices(c, out);
  if (const auto up = text(c, {"/proc/uptime"}); !up.empty()) put(out, "uptime_seconds", number(up));
  collect_lvm(c, out);
  collect_mounts(c, out);
}

} // namespace mito::modules::setup

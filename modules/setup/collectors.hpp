#pragma once
/// The table of fact collectors: names as in gather_subset, what each needs, what each provides.
#include <span>
#include <string_view>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

struct collector {
  std::string_view name;
  /// Further names in gather_subset that stand for the same collector, separated by blanks.
  std::string_view aliases;
  /// Collectors that have to run before, separated by blanks.
  std::string_view needs;
  /// Part of `min`.
  bool minimal;
  /// Fills in facts by name without prefix.
  void (*collect)(context& c, core::dict& out);
};

/// In an order in which needs come first.
std::span<const collector> collectors();

/// One file each; named as their subset.
void collect_platform(context& c, core::dict& out);
void collect_distribution(context& c, core::dict& out);
void collect_lsb(context& c, core::dict& out);
void collect_selinux(context& c, core::dict& out);
void collect_apparmor(context& c, core::dict& out);
void collect_chroot(context& c, core::dict& out);
void collect_fips(context& c, core::dict& out);
void collect_python(context& c, core::dict& out);
void collect_caps(context& c, core::dict& out);
void collect_pkg_mgr(context& c, core::dict& out);
void collect_service_mgr(context& c, core::dict& out);
void collect_cmdline(context& c, core::dict& out);
void collect_date_time(context& c, core::dict& out);
void collect_env(context& c, core::dict& out);
void collect_loadavg(context& c, core::dict& out);
void collect_ssh_pub_keys(context& c, core::dict& out);
void collect_user(context& c, core::dict& out);
void collect_virtual(context& c, core::dict& out);
void collect_hardware(context& c, core::dict& out);
void collect_dns(context& c, core::dict& out);
void collect_fibre_channel(context& c, core::dict& out);
void collect_network(context& c, core::dict& out);
void collect_iscsi(context& c, core::dict& out);
void collect_nvme(context& c, core::dict& out);
void collect_local(context& c, core::dict& out);
void collect_facter(context& c, core::dict& out);
void collect_ohai(context& c, core::dict& out);

/// Parts of `hardware`.
void collect_processor(context& c, core::dict& out);
void collect_memory(context& c, core::dict& out);
void collect_dmi(context& c, core::dict& out);
void collect_devices(context& c, core::dict& out);
void collect_lvm(context& c, core::dict& out);
void collect_mounts(context& c, core::dict& out);

} // namespace mito::modules::setup

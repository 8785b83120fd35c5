// selinux, apparmor, chroot, fips, caps.
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// Ansible asks libselinux; where that is missing it can say no more than that.
bool has_libselinux(context& c) {
  utsname u;
  ::uname(&u);
  const auto own = c.join({u.machine, "-linux-gnu/"});
  for (const auto directory : {"/lib/", "/usr/lib/", "/lib64/", "/usr/lib64/"})
    for (const auto variant : {std::string_view(), own, std::string_view("i386-linux-gnu/"),
                               std::string_view("arm-linux-gnueabihf/")})
      if (exists(c, {directory, variant, "libselinux.so.1"})) return true;
  return false;
}

std::string_view mode_name(std::string_view number) {
  if (number == "1") return "enforcing";
  return number == "0" ? "permissive" : "unknown";
}

/// The value of KEY=value in /etc/selinux/config.
std::string configured(context& c, std::string_view key) {
  const auto file = text(c, {"/etc/selinux/config"});
  for (const auto line : lines(file))
    if (line.starts_with(key) && line.substr(key.size()).starts_with('='))
      return std::string(trim(line.substr(key.size() + 1)));
  return {};
}

} // namespace

void collect_selinux(context& c, core::dict& out) {
  auto& facts = c.new_dict();
  const bool library = has_libselinux(c);
  put_flag(out, "selinux_python_present", library);
  if (!library) {
    put(facts, "status", "Missing selinux Python library");
  } else if (!exists(c, {"/sys/fs/selinux/enforce"}) || !exists(c, {"/etc/selinux/config"})) {
    put(facts, "status", "disabled");
  } else {
    put(facts, "status", "enabled");
    put(facts, "policyvers", number(text(c, {"/sys/fs/selinux/policyvers"})));
    const auto wanted = lower(c, configured(c, "SELINUX"));
    const bool known = wanted == "enforcing" || wanted == "permissive" || wanted == "disabled";
    put(facts, "config_mode", known ? std::string_view(wanted) : "unknown");
    put(facts, "mode", mode_name(text(c, {"/sys/fs/selinux/enforce"})));
    const auto type = configured(c, "SELINUXTYPE");
    put(facts, "type", type.empty() ? "targeted" : std::string_view(type));
  }
  put(out, "selinux", facts);
}

void collect_apparmor(context& c, core::dict& out) {
  auto& facts = c.new_dict();
  put(facts, "status",
      std::string_view(exists(c, {"/sys/kernel/security/apparmor"}) ? "enabled" : "disabled"));
  put(out, "apparmor", facts);
}

void collect_chroot(context& c, core::dict& out) {
  bool jailed = !environment(c, "debian_chroot").empty();
  struct stat own, first;
  if (!jailed && ::stat("/", &own) == 0) {
    if (::stat("/proc/1/root/.", &first) == 0) {
      jailed = own.st_ino != first.st_ino || own.st_dev != first.st_dev;
    } else {
      // Not allowed to look at the first process: the root directory of a file system has a known inode.
      constexpr unsigned long btrfs = 0x9123683e, xfs = 0x58465342;
      struct statfs fs;
      ino_t expected = 2;
      if (::statfs("/", &fs) == 0 && static_cast<unsigned long>(fs.f_type) == btrfs)
        expected = 256;
      else if (::statfs("/", &fs) == 0 && static_cast<unsigned long>(fs.f_type) == xfs)
        expected = 128;
      jailed = own.st_ino != expected;
    }
  }
  put_flag(out, "is_chroot", jailed);
}

void collect_fips(context& c, core::dict& out) {
  put_flag(out, "fips", text(c, {"/proc/sys/crypto/fips_enabled"}) == "1");
}

void collect_caps(context& c, core::dict& out) {
  put(out, "system_capabilities_enforced", "N/A");
  put(out, "system_capabilities", "N/A");
  // The text of a capability set differs between versions of libcap: only its own program gives Ansible's
  // value.
  const auto capsh = find_program(c, "capsh");
  if (capsh.empty()) return;
  const auto answer = run(c, {capsh, "--print"});
  if (answer.status != 0) return;
  std::string_view enforced = "NA";
  auto& capabilities = c.new_list();
  for (const auto line : lines(answer.out)) {
    if (!starts(line, "Current:")) continue;
    enforced = "False";
    if (trim(line.substr(8)) == "=ep") continue;
    enforced = "True";
    capabilities.clear();
    for (const auto piece : split(before(after(line, '='), '='), ',')) add(capabilities, trim(piece));
  }
  put(out, "system_capabilities_enforced", enforced);
  put(out, "system_capabilities", capabilities);
}

} // namespace mito::modules::setup

// pkg_mgr and service_mgr.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

struct package_manager {
  std::string_view path, name;
};

// The last one that exists is taken.
constexpr package_manager package_managers[] = {
    {"/usr/bin/rpm-ostree", "atomic_container"},
    {"/usr/bin/yum", "yum"},
    {"/usr/bin/dnf", "dnf"},
    {"/usr/bin/apt-get", "apt"},
    {"/usr/bin/zypper", "zypper"},
    {"/usr/sbin/urpmi", "urpmi"},
    {"/usr/bin/pacman", "pacman"},
    {"/bin/opkg", "opkg"},
    {"/usr/pkg/bin/pkgin", "pkgin"},
    {"/opt/local/bin/pkgin", "pkgin"},
    {"/opt/tools/bin/pkgin", "pkgin"},
    {"/opt/local/bin/port", "macports"},
    {"/usr/local/bin/brew", "homebrew"},
    {"/opt/homebrew/bin/brew", "homebrew"},
    {"/sbin/apk", "apk"},
    {"/usr/sbin/pkg", "pkgng"},
    {"/usr/sbin/swlist", "swdepot"},
    {"/usr/bin/emerge", "portage"},
    {"/usr/sbin/pkgadd", "svr4pkg"},
    {"/usr/bin/pkg", "pkg5"},
    {"/usr/bin/xbps-install", "xbps"},
    {"/usr/local/sbin/pkg", "pkgng"},
    {"/usr/bin/swupd", "swupd"},
    {"/usr/sbin/sorcery", "sorcery"},
    {"/usr/bin/installp", "installp"},
    {"/QOpenSys/pkgs/bin/yum", "yum"},
};

std::string_view fact(context& c, std::string_view name) {
  return get(c.facts, name);
}

bool yum_exists(context& c) {
  return exists(c, {"/usr/bin/yum"}) || exists(c, {"/QOpenSys/pkgs/bin/yum"});
}

/// The manager that the vendor supports, whatever else is installed.
std::string_view red_hat_manager(context& c, std::string_view found) {
  if (exists(c, {"/run/ostree-booted"})) return "atomic_container";
  const auto distribution = fact(c, "distribution");
  const auto major = core::parse_int(fact(c, "distribution_major_version"));
  const bool fedora = distribution == "Fedora", amazon = distribution == "Amazon";
  if (!fedora && !amazon) return major && *major < 8 ? "yum" : "dnf";
  if (!major) return "dnf";
  if (*major < (fedora ? 23 : 2022)) return yum_exists(c) ? "yum" : found;
  return exists(c, {"/usr/bin/dnf"}) ? "dnf" : found;
}

} // namespace

void collect_pkg_mgr(context& c, core::dict& out) {
  const auto os_family = fact(c, "os_family");
  std::string_view found = "unknown";
  for (const auto& m : package_managers)
    // On ALT Linux this is a Perl program.
    if (!(os_family == "Altlinux" && m.path == "/usr/bin/pkg") && exists(c, {m.path})) found = m.name;
  if (os_family == "RedHat")
    found = red_hat_manager(c, found);
  else if (os_family == "Debian")
    found = "apt";
  else if (os_family == "Altlinux" && found == "apt")
    found = "apt_rpm";
  // An apt-get that rpm owns is another program.
  if (found == "apt" && exists(c, {"/usr/bin/rpm"}) &&
      run(c, {"/usr/bin/rpm", "-q", "--whatprovides", "/usr/bin/apt-get"}).status == 0)
    found = "apt_rpm";
  put(out, "pkg_mgr", found);
}

namespace {

/// What the first process is called; empty when it does not tell (init, a shell, not readable).
std::string_view first_process(context& c) {
  auto name = text(c, {"/proc/1/comm"});
  if (name.empty()) name = link_target(c, {"/sbin/init"});
  name = trim(base_name(name));
  if (name == "init" || ends(name, "sh")) name = {};
  return name;
}

std::string_view linux_manager(context& c) {
  const bool systemctl = !find_program(c, "systemctl").empty();
  if (systemctl && (exists(c, {"/run/systemd/system/"}) || exists(c, {"/dev/.run/systemd/"}) ||
                    exists(c, {"/dev/.systemd/"})))
    return "systemd";
  if (!find_program(c, "initctl").empty() && exists(c, {"/etc/init/"})) return "upstart";
  if (exists(c, {"/sbin/openrc"})) return "openrc";
  if (systemctl && base_name(link_target(c, {"/sbin/init"})) == "systemd") return "systemd";
  return exists(c, {"/etc/init.d/"}) ? "sysvinit" : "service";
}

} // namespace

void collect_service_mgr(context& c, core::dict& out) {
  const auto first = first_process(c);
  std::string_view name = first;
  if (first == "procd")
    name = "openwrt_init";
  else if (first == "runit-init")
    name = "runit";
  else if (first == "svscan")
    name = "svc";
  else if (first == "openrc-init")
    name = "openrc";
  else if (first.empty())
    name = fact(c, "distribution") == "OpenWrt" ? "openwrt_init" : linux_manager(c);
  put(out, "service_mgr", name);
}

} // namespace mito::modules::setup

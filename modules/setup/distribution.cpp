// distribution: name, version, release and family, by Ansible's walk through the release files.
#include "modules/setup/collectors.hpp"
#include "modules/setup/distribution_files.hpp"
#include "modules/setup/os_release.hpp"

namespace mito::modules::setup {

namespace {

struct release_file {
  std::string_view path;
  std::string_view name;
  bool may_be_empty;
  /// For the simple ones: the name holds when this text is in the file.
  std::string_view search;
  /// For the others; null for the simple ones.
  bool (*parse)(release_data& d);
};

// In Ansible's order: the first file that exists and can be parsed decides.
constexpr release_file release_files[] = {
    {"/etc/altlinux-release", "Altlinux", false, "ALT", nullptr},
    {"/etc/oracle-release", "OracleLinux", false, "Oracle Linux", nullptr},
    {"/etc/slackware-version", "Slackware", false, {}, parse_slackware},
    {"/etc/centos-release", "CentOS", false, {}, parse_centos},
    {"/etc/redhat-release", "RedHat", false, "Red Hat", nullptr},
    {"/etc/vmware-release", "VMwareESX", true, {}, nullptr},
    {"/etc/openwrt_release", "OpenWrt", false, {}, parse_openwrt},
    {"/etc/os-release", "Amazon", false, {}, parse_amazon},
    {"/etc/system-release", "Amazon", false, {}, parse_amazon},
    {"/etc/alpine-release", "Alpine", false, {}, parse_alpine},
    {"/etc/arch-release", "Archlinux", true, {}, nullptr},
    {"/etc/os-release", "Archlinux", false, {}, parse_arch},
    {"/etc/os-release", "SUSE", false, {}, parse_suse},
    {"/etc/SuSE-release", "SUSE", false, {}, parse_suse},
    // There is no parser for Gentoo: its file never decides, the last entry of this table does.
    {"/etc/os-release", "Debian", false, {}, parse_debian},
    {"/etc/lsb-release", "Debian", false, {}, parse_debian},
    {"/etc/lsb-release", "Mandriva", false, {}, parse_mandriva},
    {"/etc/sourcemage-release", "SMGL", false, "Source Mage GNU/Linux", nullptr},
    {"/usr/lib/os-release", "ClearLinux", false, {}, parse_clear_linux},
    {"/etc/coreos/update.conf", "Coreos", false, {}, parse_coreos},
    {"/etc/os-release", "Flatcar", false, {}, parse_flatcar},
    {"/etc/os-release", "NA", false, {}, parse_other},
};

struct family {
  std::string_view name;
  std::string_view members; ///< separated by '|', with one at both ends
};

constexpr family families[] = {
    {"RedHat",
     "|RedHat|RHEL|Fedora|CentOS|Scientific|SLC|Ascendos|CloudLinux|PSBM|OracleLinux|OVS|OEL|Amazon|"
     "Virtuozzo|XenServer|Alibaba|EulerOS|openEuler|AlmaLinux|Rocky|TencentOS|EuroLinux|"
     "Kylin Linux Advanced Server|"},
    {"Debian",
     "|Debian|Ubuntu|Raspbian|Neon|KDE neon|Linux Mint|SteamOS|Devuan|Kali|Cumulus Linux|Pop!_OS|Parrot|"
     "Pardus GNU/Linux|Uos|Deepin|OSMC|"},
    {"Suse", "|SuSE|SLES|SLED|openSUSE|openSUSE Tumbleweed|SLES_SAP|SUSE_LINUX|openSUSE Leap|"},
    {"Archlinux", "|Archlinux|Antergos|Manjaro|"},
    {"Mandrake", "|Mandrake|Mandriva|"},
    {"Gentoo", "|Gentoo|Funtoo|"},
    {"ClearLinux", "|Clear Linux OS|Clear Linux Mix|"},
};

/// The simple kind: a name that is searched for, else the file's first word.
bool parse_simple(const release_file& file, release_data& d) {
  const bool found = contains(d.data, file.search);
  put(d.out, "distribution", found ? file.name : word(d.data, 0));
  if (found) put(d.out, "distribution_file_search_string", file.search);
  return true;
}

void read_release_files(context& c, core::dict& out) {
  for (const auto& file : release_files) {
    if (!exists(c, {file.path})) continue;
    auto& found = c.new_dict();
    if (!file.may_be_empty) {
      release_data d{c, strip(text(c, {file.path}), "'\"\\"), file.path, out, found};
      if (d.data.empty() || !(file.parse != nullptr ? file.parse(d) : parse_simple(file, d))) continue;
      put_flag(out, "distribution_file_parsed", true);
    }
    for (const auto key : {"distribution", "distribution_file_variety"}) put(out, key, file.name);
    put(out, "distribution_file_path", file.path);
    out.update(found);
    return;
  }
}

} // namespace

void collect_distribution(context& c, core::dict& out) {
  const auto guess = guess_distribution(c);
  auto name = capitalized(c, guess.id);
  if (name == "Amzn") name = "Amazon";
  if (name == "Rhel") name = "Redhat";
  const auto or_else = [](std::string_view v, std::string_view other) { return v.empty() ? other : v; };
  put(out, "distribution", or_else(name, "OtherLinux"));
  put(out, "distribution_version", or_else(guess.version, "NA"));
  put(out, "distribution_release", guess.has_codename ? guess.codename : "NA");
  put(out, "distribution_major_version", or_else(before(guess.version, '.'), "NA"));
  read_release_files(c, out);

  auto os_family = c.join({get(out, "distribution")});
  const auto wanted = c.join({"|", os_family, "|"});
  for (const auto& f : families)
    if (contains(f.members, wanted)) os_family = f.name;
  put(out, "os_family", os_family);
}

} // namespace mito::modules::setup

#include "modules/setup/distribution_files.hpp"

namespace mito::modules::setup {

namespace {

/// What stands behind the first `key` up to the end of its line. With `end`, only up to the last of that
/// character in the line, and nothing when the line has none.
std::optional<std::string_view> behind(std::string_view data, std::string_view key, char end = 0) {
  for (auto at = data.find(key); at != data.npos; at = data.find(key, at + 1)) {
    auto rest = data.substr(at + key.size());
    rest = rest.substr(0, rest.find('\n'));
    if (end == 0) return rest;
    if (const auto last = rest.rfind(end); last != rest.npos) return rest.substr(0, last);
  }
  return std::nullopt;
}

std::optional<std::string_view> quoted(release_data& d, std::string_view key) {
  return behind(d.data, d.c.join({key, "=\""}), '"');
}

void put_found(core::dict& out, std::string_view key, std::optional<std::string_view> v) {
  if (v) put(out, key, *v);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_number(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
}

/// `VERSION_ID="…"` as the version, its first part as the major one.
void put_version_id(release_data& d) {
  if (const auto v = quoted(d, "VERSION_ID")) {
    put(d.out, "distribution_version", *v);
    put(d.out, "distribution_major_version", before(*v, '.'));
  }
}

/// VERSION_CODENAME up to a quote.
void put_codename(release_data& d) {
  auto at = d.data.find("VERSION_CODENAME=");
  if (at == d.data.npos) return;
  auto rest = d.data.substr(at + 17);
  if (rest.starts_with('"')) rest.remove_prefix(1);
  put(d.out, "distribution_release", before(rest, '"'));
}

/// The text in the first "(…)" of the line behind PRETTY_NAME=.
void put_pretty_release(release_data& d) {
  const auto line = behind(d.data, "PRETTY_NAME=");
  if (!line) return;
  const auto open = line->find('(');
  const auto close = line->find(')', open);
  if (open != line->npos && open > 1 && (*line)[open - 1] == ' ' && close != line->npos && close > open + 1)
    put(d.out, "distribution_release", line->substr(open + 1, close - open - 1));
}

} // namespace

bool parse_slackware(release_data& d) {
  if (!contains(d.data, "Slackware")) return false;
  put(d.out, "distribution", "Slackware");
  for (const auto word : words(d.data))
    if (contains(word, ".") && is_digit(word[0])) {
      put(d.out, "distribution_version", word);
      break;
    }
  return true;
}

bool parse_centos(release_data& d) {
  if (contains(d.data, "CentOS Stream")) {
    put(d.out, "distribution_release", "Stream");
    return true;
  }
  if (!contains(d.data, "TencentOS Server")) return false;
  put(d.out, "distribution", "TencentOS");
  return true;
}

bool parse_openwrt(release_data& d) {
  if (!contains(d.data, "OpenWrt")) return false;
  put_found(d.out, "distribution_version", quoted(d, "DISTRIB_RELEASE"));
  put_found(d.out, "distribution_release", quoted(d, "DISTRIB_CODENAME"));
  return true;
}

bool parse_amazon(release_data& d) {
  if (!contains(d.data, "Amazon")) return false;
  put(d.out, "distribution", "Amazon");
  if (d.path == "/etc/os-release") {
    if (const auto v = quoted(d, "VERSION_ID")) {
      put_version_id(d);
      put(d.out, "distribution_minor_version", contains(*v, ".") ? after(*v, '.') : "NA");
    }
    return true;
  }
  std::string_view version = "NA";
  for (const auto word : words(d.data))
    if (version == "NA" && is_number(word)) version = word;
  put(d.out, "distribution_version", version);
  return true;
}

bool parse_alpine(release_data& d) {
  put(d.out, "distribution_version", d.data);
  return true;
}

bool parse_arch(release_data& d) {
  return contains(d.data, "Arch Linux");
}

namespace {

void parse_suse_os_release(release_data& d, bool open, bool enterprise) {
  for (const auto line : lines(d.data)) {
    if (starts(line, "NAME=")) put(d.out, "distribution", strip(line.substr(5), "\""));
    if (!starts(line, "VERSION_ID=")) continue;
    auto version = line.substr(11);
    if (version.starts_with('"')) version.remove_prefix(1);
    const auto digits = std::min(version.size(), version.find_first_not_of("0123456789"));
    if (digits == 0) continue;
    auto end = digits;
    if (end < version.size() && version[end] == '.')
      end = std::min(version.size(), version.find_first_not_of("0123456789", end + 1));
    version = version.substr(0, end);
    put(d.out, "distribution_version", version);
    put(d.out, "distribution_major_version", before(version, '.'));
    const auto minor = after(version, '.');
    if (open)
      put(d.out, "distribution_release", minor);
    else if (enterprise)
      put(d.out, "distribution_release", minor.empty() ? "0" : minor);
  }
}

void parse_suse_release(release_data& d, bool open, bool enterprise) {
  if (open) {
    put(d.out, "distribution", word(d.data, 0));
    if (const auto name = behind(d.data, "CODENAME"))
      if (const auto rest = trim(*name); rest.starts_with('='))
        put(d.out, "distribution_release", trim(rest.substr(1)));
  } else if (enterprise) {
    if (contains(d.data, "Server"))
      put(d.out, "distribution", "SLES");
    else if (contains(d.data, "Desktop"))
      put(d.out, "distribution", "SLED");
    if (const auto level = behind(d.data, "PATCHLEVEL = ")) {
      const auto patch = level->substr(0, level->find_first_not_of("0123456789"));
      put(d.out, "distribution_release", patch);
      put(d.out, "distribution_version", d.c.join({get(d.guess, "distribution_version"), ".", patch}));
    }
  }
}

} // namespace

bool parse_suse(release_data& d) {
  const auto small = lower(d.c, d.data);
  if (!contains(small, "suse")) return false;
  const bool open = contains(small, "open"), enterprise = contains(small, "enterprise");
  if (d.path == "/etc/os-release")
    parse_suse_os_release(d, open, enterprise);
  else
    parse_suse_release(d, open, enterprise);
  if (!link_target(d.c, {"/etc/products.d/baseproduct"}).empty() &&
      ends(real_path(d.c, {"/etc/products.d/baseproduct"}), "SLES_SAP.prod"))
    put(d.out, "distribution", "SLES_SAP");
  return true;
}

namespace {

void parse_plain_debian(release_data& d) {
  put(d.out, "distribution", "Debian");
  put_pretty_release(d);
  if (get(d.guess, "distribution_release") == "NA" && contains(d.data, "Debian"))
    // Debian sid and testing name themselves only in the package that follows the release.
    if (const auto dpkg = find_program(d.c, "dpkg"); !dpkg.empty())
      for (const auto line : lines(run(d.c, {dpkg, "--status", "tzdata"}).out))
        if (contains(line, "Provides"))
          put(d.out, "distribution_release",
              trim(contains(line, "-") ? before(after(line, '-'), '-') : line));
  const auto version = text(d.c, {"/etc/debian_version"});
  for (std::size_t i = 1; i + 1 < version.size(); ++i)
    if (version[i] == '.' && is_digit(version[i - 1]) && is_digit(version[i + 1])) {
      const auto rest = version.substr(i + 1);
      put(d.out, "distribution_minor_version", rest.substr(0, rest.find_first_not_of("0123456789")));
      break;
    }
}

void parse_kali_or_parrot(release_data& d) {
  put(d.out, "distribution", std::string_view(contains(d.data, "Kali") ? "Kali" : "Parrot"));
  put_found(d.out, "distribution_release", behind(d.data, "DISTRIB_RELEASE="));
}

void parse_devuan(release_data& d) {
  put(d.out, "distribution", "Devuan");
  if (auto line = behind(d.data, "PRETTY_NAME=")) {
    // 'PRETTY_NAME="Devuan GNU/Linux 4 (chimaera)"': the word in brackets, or the last one without brackets.
    const auto pretty = before(strip(*line, "\""), '"');
    const auto open = pretty.find('(');
    auto name = open == pretty.npos ? pretty.substr(pretty.rfind(' ') + 1) : pretty.substr(open + 1);
    put(d.out, "distribution_release", name.substr(0, name.find_first_of(") ")));
  }
  if (const auto v = quoted(d, "VERSION_ID")) {
    put(d.out, "distribution_version", *v);
    put(d.out, "distribution_major_version", *v);
  }
}

void parse_cumulus(release_data& d) {
  put(d.out, "distribution", "Cumulus Linux");
  if (const auto v = behind(d.data, "VERSION_ID=")) {
    put(d.out, "distribution_version", *v);
    put(d.out, "distribution_major_version", before(*v, '.'));
  }
  put_found(d.out, "distribution_release", quoted(d, "VERSION"));
}

void parse_with_version_id(release_data& d, std::string_view name) {
  put(d.out, "distribution", name);
  if (name != "Linux Mint") put_codename(d);
  put_version_id(d);
}

} // namespace

bool parse_debian(release_data& d) {
  const auto has = [&](std::string_view name) { return contains(d.data, name); };
  if (has("Debian") || has("Raspbian"))
    parse_plain_debian(d);
  else if (has("Ubuntu"))
    put(d.out, "distribution", "Ubuntu");
  else if (has("SteamOS"))
    put(d.out, "distribution", "SteamOS");
  else if (has("Kali") || has("Parrot"))
    parse_kali_or_parrot(d);
  else if (has("Devuan"))
    parse_devuan(d);
  else if (has("Cumulus"))
    parse_cumulus(d);
  else if (has("Mint"))
    parse_with_version_id(d, "Linux Mint");
  else if (has("UOS") || has("Uos") || has("uos"))
    parse_with_version_id(d, "Uos");
  else if (has("Deepin") || has("deepin"))
    parse_with_version_id(d, "Deepin");
  else
    return false;
  return true;
}

bool parse_mandriva(release_data& d) {
  if (!contains(d.data, "Mandriva")) return false;
  put_found(d.out, "distribution_version", quoted(d, "DISTRIB_RELEASE"));
  put_found(d.out, "distribution_release", quoted(d, "DISTRIB_CODENAME"));
  return true;
}

bool parse_clear_linux(release_data& d) {
  const auto name = quoted(d, "NAME");
  if (name) {
    if (!contains(*name, "Clear Linux")) return false;
    put(d.out, "distribution", *name);
  }
  if (const auto v = behind(d.data, "VERSION_ID=")) {
    put(d.out, "distribution_version", *v);
    put(d.out, "distribution_major_version", *v);
  }
  put_found(d.out, "distribution_release", behind(d.data, "ID="));
  return true;
}

bool parse_coreos(release_data& d) {
  if (lower(d.c, get(d.guess, "distribution")) != "coreos") return false;
  if (const auto line = before(d.data, '\n');
      starts(line, "GROUP=")) // Ansible looks at the start of the file only
    put(d.out, "distribution_release", strip(line.substr(6), "\""));
  return true;
}

bool parse_flatcar(release_data& d) {
  if (lower(d.c, get(d.guess, "distribution")) != "flatcar") return false;
  if (const auto v = behind(d.data, "VERSION=")) {
    const auto version = strip(*v, "\"");
    put(d.out, "distribution_version", version);
    put(d.out, "distribution_major_version", before(version, '.'));
  }
  return true;
}

bool parse_other(release_data& d) {
  for (const auto line : lines(d.data)) {
    if (starts(line, "NAME=")) put(d.out, "distribution", strip(line.substr(5), "\""));
    if (starts(line, "VERSION=") && get(d.guess, "distribution_version") == "NA")
      put(d.out, "distribution_version", strip(line.substr(8), "\""));
  }
  return true;
}

} // namespace mito::modules::setup

#include "modules/setup/os_release.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/interpreter.hpp"

namespace mito::modules::setup {

namespace {

/// The next word of shell text, quotes and backslashes resolved, comments skipped. False at the end.
bool next_word(std::string_view& s, std::string& word) {
  word.clear();
  bool any = false;
  char quote = 0;
  while (!s.empty()) {
    const char c = s.front();
    s.remove_prefix(1);
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == '\'' || (quote != 0 && c != '\\')) {
      if (c == quote)
        quote = 0;
      else
        word.push_back(c);
    } else if (c == '\\' && !s.empty()) {
      // Within double quotes a backslash is kept before anything but a quote and itself.
      if (quote == '"' && s.front() != '"' && s.front() != '\\') word.push_back(c);
      word.push_back(s.front());
      s.remove_prefix(1);
      any = true;
    } else if (c == '"' || c == '\'') {
      quote = c;
      any = true;
    } else if (c == '#') {
      s.remove_prefix(std::min(s.size(), s.find('\n')));
      if (any) return true;
    } else if (!blank) {
      word.push_back(c);
      any = true;
    } else if (any) {
      return true;
    }
  }
  return any;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "(name without digits)" or ", name" in a VERSION field.
std::string codename_in_version(std::string_view version) {
  for (std::size_t i = 0; i < version.size(); ++i) {
    if (version[i] == '(') {
      const auto close = version.find(')', i);
      const auto digit = std::find_if(version.begin() + i, version.end(), is_digit) - version.begin();
      if (close == version.npos || close < i + 2 || digit < static_cast<std::ptrdiff_t>(close)) continue;
      const auto last = version.substr(0, static_cast<std::size_t>(digit)).rfind(')');
      return std::string(version.substr(i + 1, last - i - 1));
    }
    if (version[i] == ',' && i + 1 < version.size() && !is_digit(version[i + 1])) {
      const auto digit = std::find_if(version.begin() + i, version.end(), is_digit) - version.begin();
      const auto piece = version.substr(i, static_cast<std::size_t>(digit) - i);
      return std::string(core::trim(strip(strip(piece, "()"), ",")));
    }
  }
  return {};
}

bool is_version_character(char c) {
  return is_digit(c) || c == '.' || c == '+' || c == '-' || (c >= 'a' && c <= 'z');
}

std::string_view without_blanks(std::string_view s) {
  while (s.ends_with(' ')) s.remove_suffix(1);
  return s;
}

/// The part before "(codename)": "NAME [release] VERSION [LTS]". False when no version is at its end.
bool split_name_and_version(std::string_view s, core::dict& out) {
  s = without_blanks(s);
  if (s.ends_with(" LTS")) s = without_blanks(s.substr(0, s.size() - 4));
  auto from = s.size();
  while (from > 0 && is_version_character(s[from - 1])) --from;
  while (from < s.size() && !is_digit(s[from])) ++from;
  if (from == 0 && s.size() > 1) {
    // Something has to be left for the name: the version starts at the next digit.
    ++from;
    while (from < s.size() && !is_digit(s[from])) ++from;
  }
  if (from == 0 || from >= s.size()) return false;
  auto name = without_blanks(s.substr(0, from));
  if (name.ends_with("release") && name.size() > 7) name = without_blanks(name.substr(0, name.size() - 7));
  put(out, "name", name);
  put(out, "version_id", s.substr(from));
  return true;
}

} // namespace

core::dict parse_os_release(std::string_view data) {
  core::dict out;
  std::string word;
  while (next_word(data, word))
    if (contains(word, "=")) put(out, core::lower(before(word, '=')), after(word, '='));
  for (const auto key : {"version_codename", "ubuntu_codename"})
    if (const auto* v = out.find(key)) {
      put(out, "codename", *v);
      return out;
    }
  if (const auto* v = out.find("version"))
    if (const auto name = codename_in_version(v->as_string()); !name.empty()) put(out, "codename", name);
  return out;
}

core::dict parse_release_line(std::string_view line) {
  line = core::trim(line);
  core::dict out;
  const auto close = line.rfind(')');
  const auto open = line.find('(');
  if (close != line.npos && open < close && split_name_and_version(line.substr(0, open), out)) {
    if (close > open + 1) put(out, "codename", line.substr(open + 1, close - open - 1));
    return out;
  }
  if (!split_name_and_version(line, out) && !line.empty()) put(out, "name", line);
  return out;
}

namespace {

core::dict own_os_release(const context& c) {
  return parse_os_release(raw_content(c, "/etc/os-release"));
}

/// What Debian's lsb_release prints for os-release: the id with a capital, or the name when it is the same
/// word.
core::dict lsb_from_os_release(const core::dict& os) {
  const core::value all(os);
  core::dict out;
  std::string id(all.text("id"));
  if (!id.empty() && id[0] >= 'a' && id[0] <= 'z') id[0] = static_cast<char>(id[0] - 32);
  const auto name = all.text("name");
  put(out, "distributor_id", core::lower(name) == core::lower(id) ? name : std::string_view(id));
  put(out, "description", all.text("pretty_name", "n/a"));
  put(out, "release", all.text("version_id", "n/a"));
  put(out, "codename", all.text("version_codename", "n/a"));
  return out;
}

core::dict lsb_from_file(const core::dict& file) {
  const core::value all(file);
  core::dict out;
  put(out, "distributor_id", all.text("distrib_id"));
  put(out, "description", all.text("distrib_description"));
  put(out, "release", all.text("distrib_release"));
  put(out, "codename", all.text("distrib_codename"));
  return out;
}

/// The first /etc/*-release or *_version file, in order of names, whose first line says something.
core::dict distro_release(const context& c) {
  static constexpr std::string_view ignored[] = {"debian_version",  "lsb-release",    "oem-release",
                                                 "os-release",      "system-release", "plesk-release",
                                                 "iredmail-release"};
  auto names = names_in(c, "/etc");
  std::sort(names.begin(), names.end());
  for (const auto& name : names) {
    constexpr std::size_t tail = 8; // "-release", "_version"
    if (!(name.ends_with("release") || name.ends_with("version")) || name.size() <= tail) continue;
    const char mark = name[name.size() - tail];
    if ((mark != '-' && mark != '_') ||
        std::find(std::begin(ignored), std::end(ignored), name) != std::end(ignored))
      continue;
    const auto stem = std::string_view(name).substr(0, name.size() - tail);
    if (contains(stem, "-") || contains(stem, ".")) continue;
    const auto data = raw_content(c, joined("/etc/", name));
    auto found = parse_release_line(before(data, '\n'));
    if (!found.contains("name")) continue;
    const bool cloud = contains(core::lower(found.find("name")->as_string()), "cloudlinux");
    put(found, "id", cloud ? std::string_view("cloudlinux") : stem);
    return found;
  }
  return {};
}

std::string normalized(std::string_view id, std::initializer_list<std::string_view> pairs) {
  auto out = core::lower(id);
  std::replace(out.begin(), out.end(), ' ', '_');
  for (auto p = pairs.begin(); p != pairs.end(); p += 2)
    if (out == *p) return std::string(p[1]);
  return out;
}

} // namespace

core::dict lsb_release(const context& c) {
  const auto path = find_program(c, "lsb_release");
  if (path.empty()) return {};
  auto file = parse_os_release(raw_content(c, "/etc/lsb-release"));
  const auto os = own_os_release(c);
  const auto* id = os.find("id");
  const auto debian_or_ubuntu = id != nullptr && (id->as_string() == "debian" || id->as_string() == "ubuntu");
  if (debian_or_ubuntu && file.contains("distrib_id")) return lsb_from_file(file);
  if (debian_or_ubuntu) return lsb_from_os_release(os);
  core::dict out;
  const auto answer = run(c, {path, "-a"});
  if (answer.status != 0) return out;
  for (const auto line : lines(answer.out)) {
    if (!contains(line, ":")) continue;
    auto key = core::lower(before(line, ':'));
    std::replace(key.begin(), key.end(), ' ', '_');
    put(out, key, core::trim(after(line, ':')));
  }
  return out;
}

distro_guess guess_distribution(context& c) {
  const core::value os(own_os_release(c)), lsb(lsb_release(c)), release(distro_release(c));
  distro_guess out;
  if (const auto id = os.text("id"); !id.empty())
    out.id = normalized(id, {"ol", "oracle", "opensuse-leap", "opensuse"});
  else if (const auto lsb_id = lsb.text("distributor_id"); !lsb_id.empty())
    out.id = normalized(lsb_id, {"enterpriseenterpriseas", "oracle", "enterpriseenterpriseserver", "oracle",
                                 "redhatenterpriseworkstation", "rhel", "redhatenterpriseserver", "rhel",
                                 "redhatenterprisecomputenode", "rhel"});
  else
    out.id = normalized(release.text("id"), {"redhat", "rhel"});

  const core::value pretty(parse_release_line(os.text("pretty_name")));
  const core::value description(parse_release_line(lsb.text("description")));
  const bool debian = out.id == "debian";
  const bool best = debian || out.id == "centos";
  std::string debian_version;
  if (debian && has_distro_package(c))
    debian_version = core::trim(before(raw_content(c, "/etc/debian_version"), '\n'));
  for (const std::string_view v :
       {os.text("version_id"), lsb.text("release"), release.text("version_id"), pretty.text("version_id"),
        description.text("version_id"), std::string_view(debian_version)}) {
    const auto dots = std::count(v.begin(), v.end(), '.');
    const auto have = std::count(out.version.begin(), out.version.end(), '.');
    if (out.version.empty() || (best && dots > have)) out.version = v;
  }
  if (out.id == "centos") {
    const auto minor = after(out.version, '.');
    if (!minor.empty()) out.version.resize(out.version.size() - minor.size() + before(minor, '.').size());
  }

  const auto take = [&](const core::value& from, std::string_view key) {
    if (!out.codename && from[key].is_string()) out.codename = from.text(key);
  };
  take(os, "version_codename");
  take(os, "ubuntu_codename");
  if (out.id == "ubuntu") take(lsb, "codename");
  for (const auto* from : {&os, &lsb, &release})
    if (!out.codename && !from->text("codename").empty()) take(*from, "codename");
  return out;
}

} // namespace mito::modules::setup

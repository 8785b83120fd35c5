#include "modules/setup/os_release.hpp"

#include <algorithm>

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
std::string_view codename_in_version(std::string_view version) {
  for (std::size_t i = 0; i < version.size(); ++i) {
    // What follows, up to the first digit.
    const auto rest = version.substr(i + 1, version.find_first_of("0123456789", i) - i - 1);
    const auto close = rest.rfind(')');
    if (version[i] == '(' && close != rest.npos && close > 0) return rest.substr(0, close);
    if (version[i] == ',' && !rest.empty()) return trim(strip(rest, "()"));
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

/// "NAME [release] VERSION [LTS]". The name stays empty when no version is at the end.
release_line split_name_and_version(std::string_view s) {
  s = without_blanks(s);
  if (ends(s, " LTS")) s = without_blanks(s.substr(0, s.size() - 4));
  auto from = s.size();
  while (from > 0 && is_version_character(s[from - 1])) --from;
  // Something has to be left for the name.
  from = s.find_first_of("0123456789", from == 0 ? 1 : from);
  if (from == s.npos) return {};
  auto name = without_blanks(s.substr(0, from));
  if (ends(name, "release") && name.size() > 7) name = without_blanks(name.substr(0, name.size() - 7));
  return {name, s.substr(from), {}};
}

} // namespace

void parse_os_release(context& c, std::string_view data, core::dict& out) {
  std::string word;
  while (next_word(data, word))
    if (contains(word, "=")) put(out, lower(c, before(word, '=')), after(word, '='));
  for (const auto key : {"version_codename", "ubuntu_codename"})
    if (const auto* v = out.find(key)) {
      put_value(out, "codename", core::value(*v));
      return;
    }
  put_found(out, "codename", codename_in_version(get(out, "version")));
}

release_line parse_release_line(std::string_view line) {
  line = trim(line);
  const auto close = line.rfind(')'), open = line.find('(');
  if (close != line.npos && open < close) {
    auto out = split_name_and_version(line.substr(0, open));
    out.codename = line.substr(open + 1, close - open - 1);
    if (!out.name.empty()) return out;
  }
  auto out = split_name_and_version(line);
  if (out.name.empty()) out.name = line;
  return out;
}

namespace {

core::dict& own_os_release(context& c) {
  auto& out = c.new_dict();
  parse_os_release(c, raw_content(c, {"/etc/os-release"}), out);
  return out;
}

void put_lsb(core::dict& out, std::string_view id, std::string_view description, std::string_view release,
             std::string_view codename) {
  put(out, "distributor_id", id);
  put(out, "description", description);
  put(out, "release", release);
  put(out, "codename", codename);
}

/// What Debian's lsb_release prints for os-release: the id with a capital, or the name when it is the same
/// word.
void lsb_from_os_release(context& c, const core::dict& os, core::dict& out) {
  const auto field = [&](std::string_view key) {
    const auto v = get(os, key);
    return v.empty() ? std::string_view("n/a") : v;
  };
  const auto name = get(os, "name"), id = capitalized(c, get(os, "id"));
  put_lsb(out, lower(c, name) == lower(c, id) ? name : id, field("pretty_name"), field("version_id"),
          field("version_codename"));
}

struct release_file {
  release_line line;
  std::string_view id;
};

/// The first /etc/*-release or *_version file, in order of names, whose first line says something.
release_file distro_release(context& c) {
  const auto names = names_in(c, {"/etc"});
  constexpr std::size_t tail = 8; // "-release", "_version"
  std::size_t n = 0;
  for (const auto name : names) {
    if (name.size() <= tail || !(ends(name, "release") || ends(name, "version"))) continue;
    const char mark = name[name.size() - tail];
    const auto stem = name.substr(0, name.size() - tail);
    if ((mark != '-' && mark != '_') || stem.find_first_of("-.") != stem.npos || name == "debian_version")
      continue;
    if (contains("|lsb|oem|os|system|plesk|iredmail|", c.join({"|", stem, "|"})) && ends(name, "-release"))
      continue;
    names[n++] = name;
  }
  sort(names.first(n));
  for (const auto name : names.first(n)) {
    release_file out{parse_release_line(before(raw_content(c, {"/etc/", name}), '\n')),
                     name.substr(0, name.size() - tail)};
    if (out.line.name.empty()) continue;
    if (contains(lower(c, out.line.name), "cloudlinux")) out.id = "cloudlinux";
    return out;
  }
  return {};
}

/// In lower case, blanks replaced, and by its newer name.
std::string_view normalized(context& c, std::string_view id) {
  static constexpr std::string_view other_names[][2] = {{"ol", "oracle"},
                                                        {"opensuse-leap", "opensuse"},
                                                        {"enterpriseenterpriseas", "oracle"},
                                                        {"enterpriseenterpriseserver", "oracle"},
                                                        {"redhatenterpriseworkstation", "rhel"},
                                                        {"redhatenterpriseserver", "rhel"},
                                                        {"redhatenterprisecomputenode", "rhel"}};
  auto small = std::string(lower(c, id));
  std::replace(small.begin(), small.end(), ' ', '_');
  for (const auto& n : other_names)
    if (small == n[0]) return n[1];
  return c.join({small});
}

} // namespace

std::string_view capitalized(context& c, std::string_view s) {
  if (s.empty() || s[0] < 'a' || s[0] > 'z') return s;
  const char first = static_cast<char>(s[0] - 32);
  return c.join({{&first, 1}, s.substr(1)});
}

void lsb_release(context& c, core::dict& out) {
  const auto path = find_program(c, "lsb_release");
  if (path.empty()) return;
  const auto& os = own_os_release(c);
  if (const auto id = get(os, "id"); id == "debian" || id == "ubuntu") {
    auto& file = c.new_dict();
    parse_os_release(c, raw_content(c, {"/etc/lsb-release"}), file);
    if (file.contains("distrib_id"))
      put_lsb(out, get(file, "distrib_id"), get(file, "distrib_description"), get(file, "distrib_release"),
              get(file, "distrib_codename"));
    else
      lsb_from_os_release(c, os, out);
    return;
  }
  const auto answer = run(c, {path, "-a"});
  if (answer.status != 0) return;
  for (const auto line : lines(answer.out)) {
    if (!contains(line, ":")) continue;
    auto key = std::string(lower(c, before(line, ':')));
    std::replace(key.begin(), key.end(), ' ', '_');
    put(out, key, trim(after(line, ':')));
  }
}

distro_guess guess_distribution(context& c) {
  const auto& os = own_os_release(c);
  auto& lsb = c.new_dict();
  lsb_release(c, lsb);
  const auto release = distro_release(c);
  distro_guess out;
  out.id = get(os, "id");
  if (out.id.empty()) out.id = get(lsb, "distributor_id");
  if (out.id.empty()) out.id = release.id == "redhat" ? "rhel" : release.id;
  out.id = normalized(c, out.id);

  const bool debian = out.id == "debian", centos = out.id == "centos";
  std::string_view debian_version;
  if (debian && has_distro_package(c))
    debian_version = trim(before(raw_content(c, {"/etc/debian_version"}), '\n'));
  for (const auto v : {get(os, "version_id"), get(lsb, "release"), release.line.version,
                       parse_release_line(get(os, "pretty_name")).version,
                       parse_release_line(get(lsb, "description")).version, debian_version}) {
    // These two want the most precise one, all others the first one.
    const bool better = (debian || centos) && count(split(v, '.')) > count(split(out.version, '.'));
    if (out.version.empty() || better) out.version = v;
  }
  if (const auto minor = after(out.version, '.'); centos && !minor.empty())
    out.version = out.version.substr(0, out.version.size() - minor.size() + before(minor, '.').size());

  const auto take = [&](const core::dict& from, std::string_view key) {
    if (out.has_codename || !from.contains(key)) return;
    out.has_codename = true;
    out.codename = c.join({get(from, key)});
  };
  take(os, "version_codename");
  take(os, "ubuntu_codename");
  if (out.id == "ubuntu") take(lsb, "codename");
  for (const auto name : {get(os, "codename"), get(lsb, "codename"), release.line.codename})
    if (!out.has_codename && !name.empty()) {
      out.has_codename = true;
      out.codename = name;
    }
  return out;
}

} // namespace mito::modules::setup

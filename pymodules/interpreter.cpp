#include "pymodules/interpreter.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::pymodules {

namespace {

constexpr std::string_view system_python = "/usr/bin/python";

/// _INTERPRETER_PYTHON_DISTRO_MAP: from this version on, that interpreter.
constexpr struct {
  std::string_view distribution, version, interpreter;
} platform_pythons[] = {
    {"redhat", "6", "/usr/bin/python"},   {"redhat", "8", "/usr/libexec/platform-python"},
    {"redhat", "9", "/usr/bin/python3"},  {"debian", "8", "/usr/bin/python"},
    {"debian", "10", "/usr/bin/python3"}, {"fedora", "23", "/usr/bin/python3"},
    {"ubuntu", "14", "/usr/bin/python"},  {"ubuntu", "16", "/usr/bin/python3"},
};

/// Distributions by family, as Ansible's facts know them.
constexpr std::string_view redhat_family[] = {
    "redhat", "rhel",    "centos",     "scientific", "slc",     "ascendos", "cloudlinux", "psbm",      "oraclelinux", "ovs",      "oel",
    "amazon", "virtuozzo", "xenserver", "alibaba",   "euleros", "openeuler", "almalinux", "rocky",     "tencentos",   "eurolinux"};
constexpr std::string_view debian_family[] = {"raspbian", "neon", "kde neon", "linux mint", "steamos", "devuan", "kali", "cumulus linux",
                                              "pop!_os", "parrot", "pardus gnu/linux", "uos", "deepin", "osmc"};

bool among(std::string_view s, auto& list) { return std::find(std::begin(list), std::end(list), s) != std::end(list); }

/// A version as numbers and words ("22.04" → 22, 4); numbers sort before words.
std::vector<std::pair<std::int64_t, std::string>> version_parts(std::string_view v) {
  std::vector<std::pair<std::int64_t, std::string>> out;
  for (std::size_t i = 0; i < v.size();) {
    bool digit = v[i] >= '0' && v[i] <= '9';
    std::size_t end = i;
    while (end < v.size() && v[end] != '.' && (v[end] >= '0' && v[end] <= '9') == digit) ++end;
    auto part = v.substr(i, end - i);
    if (!part.empty()) {
      if (digit)
        out.emplace_back(core::parse_int(part).value_or(0), "");
      else
        out.emplace_back(INT64_MAX, std::string(part));
    }
    i = end > i ? end : i + 1;
  }
  return out;
}

/// The entry of the nearest version that is not newer; the oldest for what is older than all.
std::string platform_python(const std::string& distribution, std::string_view version) {
  std::string best, oldest;
  auto wanted = version_parts(version);
  auto best_version = version_parts("");
  for (const auto& p : platform_pythons) {
    if (p.distribution != distribution) continue;
    auto at = version_parts(p.version);
    if (oldest.empty()) oldest = p.interpreter;
    if (at <= wanted && at >= best_version) {
      best = p.interpreter;
      best_version = at;
    }
  }
  return best.empty() ? oldest : best;
}

/// ID and VERSION_ID of an os-release text, with a shell's quoting.
std::map<std::string, std::string> os_release(std::string_view text) {
  std::map<std::string, std::string> out;
  std::string word;
  char quote = 0;
  auto end_word = [&] {
    if (auto eq = word.find('='); eq != word.npos) out[core::lower(word.substr(0, eq))] = word.substr(eq + 1);
    word.clear();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else if (c == '\\' && quote == '"' && i + 1 < text.size() && (text[i + 1] == '"' || text[i + 1] == '\\'))
        word += text[++i];
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '\\' && i + 1 < text.size()) {
      word += text[++i];
    } else if (c == '#') {
      end_word();
      i = std::min(text.find('\n', i), text.size() - 1);
    } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      end_word();
    } else {
      word += c;
    }
  }
  end_word();
  return out;
}

struct looked {
  std::string platform;
  std::vector<std::string> found;
  std::string_view release; ///< what followed: os-release
};

std::optional<looked> parse(std::string_view output) {
  constexpr std::string_view begin = "PLATFORM", middle = "FOUND", end = "ENDFOUND";
  auto stop = output.find(end);
  if (!output.starts_with(begin) || stop == output.npos) return std::nullopt;
  auto at = output.rfind(middle, stop - 1);
  if (at == output.npos || at < begin.size()) return std::nullopt;
  looked out;
  out.platform = core::lower(core::trim(output.substr(begin.size(), at - begin.size())));
  for (auto line : core::split(output.substr(at + middle.size(), stop - at - middle.size()), '\n'))
    if (line.starts_with('/')) out.found.emplace_back(core::trim(line));
  out.release = output.substr(stop + end.size());
  return out;
}

std::string link(std::string_view version) {
  auto dot = version.find('.');
  dot = dot == version.npos ? dot : version.find('.', dot + 1);
  return "https://docs.ansible.com/ansible-core/" + std::string(version.substr(0, dot)) + "/reference_appendices/interpreter_discovery.html";
}

bool has(const std::vector<std::string>& list, std::string_view s) { return std::find(list.begin(), list.end(), s) != list.end(); }

std::string list_repr(const std::vector<std::string>& list) {
  core::list items;
  for (const auto& s : list) items.emplace_back(s);
  return core::to_repr(core::value(std::move(items)));
}

} // namespace

bool is_discovery_mode(std::string_view s) {
  return s.empty() || s == "auto" || s == "auto_legacy" || s == "auto_silent" || s == "auto_legacy_silent";
}

std::vector<std::string> default_candidates() {
  return {"python3.11", "python3.10", "python3.9", "python3.8", "python3.7", "python3.6", "python3.5", "/usr/bin/python3",
          "/usr/libexec/platform-python", "python2.7", "/usr/bin/python", "python"};
}

std::string discovery_command(const std::vector<std::string>& candidates) {
  std::string out = "echo PLATFORM; uname; echo FOUND; ";
  for (const auto& c : candidates) out += "command -v '" + c + "'; ";
  return out + "echo ENDFOUND; cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null; true";
}

namespace {

/// What is known so far, for the steps of the decision.
struct decision {
  std::string_view mode, version;
  const std::string& host;
  const std::vector<std::string>& candidates;
  discovery out;
  bool silent() const { return mode.ends_with("_silent"); }
  void warn(std::string text) {
    if (!silent()) out.warnings.push_back(std::move(text));
  }
};

/// The last resort of Ansible's: the first that was found, with a warning.
discovery fall_back(decision& d, const std::string& platform, const std::vector<std::string>& found) {
  d.out.interpreter = found.empty() ? std::string(system_python) : found.front();
  d.warn("Platform " + platform + " on host " + d.host + " is using the discovered Python interpreter at " + d.out.interpreter +
         ", but future installation of another Python interpreter could change the meaning of that path. See " + link(d.version) +
         " for more information.");
  return std::move(d.out);
}

discovery choose(decision& d, const looked& l, const std::string& name, const std::string& version, const std::string& platform) {
  bool legacy = d.mode.starts_with("auto_legacy");
  if (legacy && platform != system_python && has(l.found, system_python)) {
    d.warn("Distribution " + name + " " + version + " on host " + d.host + " should use " + platform +
           ", but is using /usr/bin/python for backward compatibility with prior Ansible releases. See " + link(d.version) +
           " for more information");
    d.out.interpreter = system_python;
    return std::move(d.out);
  }
  d.out.interpreter = platform;
  if (has(l.found, platform)) return std::move(d.out);
  if (!has(d.candidates, platform)) d.warn("Platform interpreter " + platform + " on host " + d.host + " is missing from bootstrap list");
  d.warn("Distribution " + name + " " + version + " on host " + d.host + " should use " + platform + ", but is using " + l.found.front() +
         ", since the discovered platform python interpreter was not present. See " + link(d.version) + " for more information.");
  d.out.interpreter = l.found.front();
  return std::move(d.out);
}

} // namespace

discovery read_discovery(std::string_view output, std::string_view mode, const std::string& host,
                         const std::vector<std::string>& candidates, std::string_view version) {
  decision d{mode, version, host, candidates, {}};
  auto l = parse(output);
  if (!l) {
    if (!d.silent())
      d.out.warning = "Unhandled error in Python interpreter discovery for host " + host +
                      ": unexpected output from Python interpreter discovery";
    return fall_back(d, "unknown", {});
  }
  if (l->found.empty()) {
    d.warn("No python interpreters found for host " + host + " (tried " + list_repr(candidates) + ")");
    d.out.interpreter = system_python;
    return std::move(d.out);
  }
  d.out.found = true;
  auto note = [&](std::string why) { d.out.note = "Python interpreter discovery fallback (" + std::move(why) + ")"; };
  if (l->platform != "linux") {
    note("unsupported platform for extended discovery: " + l->platform);
    return fall_back(d, l->platform, l->found);
  }
  auto release = os_release(l->release);
  std::string name = release["id"], number = release["version_id"];
  if (name.empty() || number.empty()) {
    note("unable to get Linux distribution/version info");
    return fall_back(d, l->platform, l->found);
  }
  std::string key = core::lower(core::trim(name));
  auto platform = platform_python(key, number);
  if (platform.empty() && among(key, redhat_family)) platform = platform_python("redhat", number);
  if (platform.empty() && among(key, debian_family)) platform = platform_python("debian", number);
  if (platform.empty()) {
    note("unsupported Linux distribution: " + name);
    return fall_back(d, l->platform, l->found);
  }
  return choose(d, *l, name, number, platform);
}

} // namespace mito::pymodules

#include "actions/host_services.hpp"

#include <glob.h>
#include <limits.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/python.hpp"

namespace mito::actions {

namespace {

core::error failure(std::string message, std::string category) {
  core::error e(std::move(message));
  e.what().category = std::move(category);
  return e;
}

std::string find_in(const std::vector<std::string>& folders, const std::string& name, std::string_view kind) {
  struct stat st;
  auto there = [&](const std::string& p) { return ::stat(p.c_str(), &st) == 0; };
  if (name.starts_with('/')) return there(name) ? name : "";
  for (auto& folder : folders)
    for (auto& p : {folder + "/" + std::string(kind) + "s/" + name, folder + "/" + name})
      if (there(p)) return p;
  return "";
}

/// Runs a shell command on the controller, as the pipe and lines lookups do. The output is bounded.
core::expected<std::string> run_shell(const std::string& command) {
  std::FILE* p = ::popen(command.c_str(), "re");
  if (!p) return failure("lookup_plugin.pipe(" + command + ") could not be started", "error");
  std::string out;
  char buffer[8192];
  std::size_t n;
  while ((n = std::fread(buffer, 1, sizeof buffer, p)) > 0 && out.size() < (64u << 20)) out.append(buffer, n);
  int status = ::pclose(p);
  if (status != 0)
    return failure("lookup_plugin.pipe(" + command + ") returned " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1),
                   "error");
  return out;
}

std::string without_end(std::string s) {
  while (!s.empty() && (s.back() == '\n' || s.back() == '\r' || s.back() == ' ' || s.back() == '\t')) s.pop_back();
  return s;
}

core::value lines_of(const std::string& text) {
  core::list out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(core::value(line));
  return core::value(std::move(out));
}

std::string expand_user(const std::string& path) {
  if (!path.starts_with('~')) return path;
  auto end = path.find('/');
  auto user = path.substr(1, end == path.npos ? end : end - 1);
  const char* home = user.empty() ? std::getenv("HOME") : nullptr;
  if (!home)
    if (auto* entry = user.empty() ? ::getpwuid(::getuid()) : ::getpwnam(user.c_str())) home = entry->pw_dir;
  return home ? home + (end == path.npos ? std::string() : path.substr(end)) : path;
}

/// $NAME and ${NAME}; unknown ones stay as they are, as in Python's expandvars.
std::string expand_vars(const std::string& path) {
  std::string out;
  for (std::size_t i = 0; i < path.size();) {
    if (path[i] != '$') {
      out += path[i++];
      continue;
    }
    bool braces = i + 1 < path.size() && path[i + 1] == '{';
    auto from = i + (braces ? 2 : 1), to = from;
    while (to < path.size() && (std::isalnum(static_cast<unsigned char>(path[to])) || path[to] == '_')) ++to;
    bool closed = !braces || (to < path.size() && path[to] == '}');
    const char* v = to > from && closed ? std::getenv(path.substr(from, to - from).c_str()) : nullptr;
    auto end = closed && braces ? to + 1 : to;
    if (v) out += v;
    else out += path.substr(i, std::max(end, i + 1) - i);
    i = std::max(end, i + 1);
  }
  return out;
}

core::value stat_of(const std::string& path, bool follow) {
  struct stat st {}, up {};
  bool exists = (follow ? ::stat(path.c_str(), &st) : ::lstat(path.c_str(), &st)) == 0;
  bool top = exists && ::stat((path + "/..").c_str(), &up) == 0 && (st.st_dev != up.st_dev || st.st_ino == up.st_ino);
  core::dict d;
  d.set("exists", core::value(exists));
  d.set("isdir", core::value(exists && S_ISDIR(st.st_mode)));
  d.set("isreg", core::value(exists && S_ISREG(st.st_mode)));
  d.set("islnk", core::value(exists && S_ISLNK(st.st_mode)));
  d.set("ismount", core::value(top && S_ISDIR(st.st_mode)));
  d.set("dev", core::value(static_cast<std::int64_t>(st.st_dev)));
  d.set("inode", core::value(static_cast<std::int64_t>(st.st_ino)));
  return core::value(std::move(d));
}

core::value glob_of(const std::string& pattern) {
  core::list out;
  glob_t g{};
  if (::glob(pattern.c_str(), 0, nullptr, &g) == 0)
    for (std::size_t i = 0; i < g.gl_pathc; ++i) out.push_back(core::value(g.gl_pathv[i]));
  ::globfree(&g);
  return core::value(std::move(out));
}

} // namespace

core::expected<std::string> host_services::read_file(std::string_view name, std::string_view kind) const {
  auto path = find_in(folders_, std::string(name), kind);
  if (path.empty()) return failure(std::string(name), "not_found");
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) return failure("cannot read " + path, "not_found");
  return text.str();
}

core::expected<core::value> host_services::lookup(std::string_view name, const core::list& terms, const core::dict&,
                                                  const templating::scope&) const {
  if (name.starts_with("ansible.builtin.")) name.remove_prefix(16);
  core::list out;
  for (auto& term : terms) {
    auto text = core::to_str(term);
    if (name == "pipe" || name == "lines") {
      auto ran = run_shell(text);
      if (!ran) return ran.error();
      if (name == "pipe") out.push_back(core::value(without_end(std::move(*ran))));
      else for (auto& line : lines_of(*ran).as_list()) out.push_back(line);
    } else {
      return failure("lookup plugin (" + std::string(name) + ") not found", "missing_lookup");
    }
  }
  if (terms.empty() && name != "pipe" && name != "lines")
    return failure("lookup plugin (" + std::string(name) + ") not found", "missing_lookup");
  return core::value(std::move(out));
}

core::expected<core::value> host_services::path(std::string_view what, std::string_view name, bool follow) const {
  std::string path(name);
  if (what == "cwd") {
    char cwd[PATH_MAX];
    return core::value(::getcwd(cwd, sizeof cwd) ? cwd : ".");
  }
  if (what == "env") {
    const char* v = std::getenv(path.c_str());
    return v ? core::value(v) : core::value();
  }
  if (what == "realpath") {
    char full[PATH_MAX];
    return core::value(::realpath(path.c_str(), full) ? std::string(full) : path);
  }
  if (what == "expanduser") return core::value(expand_user(path));
  if (what == "expandvars") return core::value(expand_vars(path));
  if (what == "glob") return glob_of(path);
  if (what == "find") {
    auto found = find_in(folders_, path, "file");
    return found.empty() ? core::value() : core::value(found);
  }
  return stat_of(path, follow);
}

} // namespace mito::actions

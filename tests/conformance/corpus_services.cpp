#include "corpus_services.hpp"

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
#include "core/text.hpp"
#include "templating/parser.hpp"

namespace mito::conformance {

using core::value;

namespace {

core::error failed(std::string_view category, std::string message) {
  core::error e(std::move(message));
  e.what().category = category;
  return e;
}

core::expected<std::string> slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  struct stat st;
  if (!in || stat(path.c_str(), &st) != 0 || S_ISDIR(st.st_mode)) return failed("not_found", path);
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

std::string run_pipe(const std::string& command, int& status) {
  std::string out;
  auto* p = popen(command.c_str(), "r");
  if (!p) return out;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, p)) > 0;) out.append(buffer, n);
  status = WEXITSTATUS(pclose(p));
  return out;
}

std::string stripped_end(std::string s) {
  while (!s.empty() && (s.back() == '\n' || s.back() == ' ' || s.back() == '\r')) s.pop_back();
  return s;
}

} // namespace

services::services(const core::dict& files, std::string folder) : folder_(std::move(folder)) {
  for (auto& e : files) std::ofstream(folder_ + "/" + core::to_str(e.key)) << core::to_str(e.val);
}

core::expected<std::string> services::read_file(std::string_view name, std::string_view) const {
  return slurp(name.starts_with('/') ? std::string(name) : folder_ + "/" + std::string(name));
}

core::expected<value> services::lookup(std::string_view name, const core::list& terms,
                                       const core::dict&, const templating::scope&) const {
  core::list out;
  for (auto& t : terms) {
    auto term = core::to_str(t);
    if (name == "pipe" || name == "lines") {
      int status = 0;
      auto all = stripped_end(run_pipe("cd '" + folder_ + "' && " + term, status));
      if (status) return failed("error", "lookup_plugin." + std::string(name) + "(" + term + ") returned " + std::to_string(status));
      if (name == "pipe")
        out.push_back(value(all));
      else if (!all.empty())
        for (auto line : core::split(all, '\n')) out.push_back(value(line));
    } else {
      return failed("missing_lookup", "lookup plugin (" + std::string(name) + ") not found");
    }
  }
  return value(std::move(out));
}

core::expected<value> services::path(std::string_view what, std::string_view name, bool follow) const {
  std::string path(name);
  if ((what == "glob" || what == "fileglob") && !path.starts_with('/')) path = folder_ + "/" + path;
  if (what == "env") {
    auto* v = std::getenv(path.c_str());
    return v ? value(v) : value();
  }
  if (what == "cwd") return value(folder_);
  if (what == "realpath") {
    char buffer[PATH_MAX];
    return value(realpath(path.c_str(), buffer) ? std::string(buffer) : path);
  }
  if (what == "expanduser") {
    auto end = path.find('/');
    auto user = path.substr(1, end == path.npos ? end : end - 1);
    auto* home = user.empty() ? std::getenv("HOME") : nullptr;
    auto* entry = user.empty() ? nullptr : getpwnam(user.c_str());
    if (!home && entry) home = entry->pw_dir;
    return value(home ? home + (end == path.npos ? "" : path.substr(end)) : path);
  }
  if (what == "glob" || what == "fileglob") {
    core::list out;
    glob_t g{};
    if (glob(path.c_str(), 0, nullptr, &g) == 0)
      for (std::size_t i = 0; i < g.gl_pathc; ++i) out.push_back(value(g.gl_pathv[i]));
    globfree(&g);
    return value(std::move(out));
  }
  if (what == "expandvars") return value(path);
  if (what == "find") {
    auto full = path.starts_with('/') ? path : folder_ + "/" + path;
    struct stat found {};
    return stat(full.c_str(), &found) == 0 ? value(full) : value();
  }
  struct stat st {
  }, up{};
  bool exists = (follow ? stat(path.c_str(), &st) : lstat(path.c_str(), &st)) == 0;
  bool top =
      exists && stat((path + "/..").c_str(), &up) == 0 && (st.st_dev != up.st_dev || st.st_ino == up.st_ino);
  return value(core::dict{{value("exists"), exists},
                          {value("isdir"), exists && S_ISDIR(st.st_mode)},
                          {value("isreg"), exists && S_ISREG(st.st_mode)},
                          {value("islnk"), exists && S_ISLNK(st.st_mode)},
                          {value("ismount"), top && S_ISDIR(st.st_mode)},
                          {value("dev"), static_cast<std::int64_t>(st.st_dev)},
                          {value("inode"), static_cast<std::int64_t>(st.st_ino)}});
}

core::expected<templating::code_ptr> dict_loader::load(std::string_view name) const {
  auto* text = texts_.find(name);
  if (!text) return failed("not_found", std::string(name));
  return templating::parse(text->as_string(), options_, name);
}

} // namespace mito::conformance

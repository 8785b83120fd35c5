#include "playbook/paths.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "core/text.hpp"

namespace mito::playbook {

std::string normal_path(std::string_view path) {
  if (path.empty()) return ".";
  // Two slashes at the start, and two only, are kept: POSIX lets them mean something else.
  std::size_t slashes = std::min(path.find_first_not_of('/'), path.size());
  std::string out(slashes == 2 ? 2 : slashes ? 1 : 0, '/');
  std::vector<std::string_view> parts;
  for (auto part : core::split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..")
      parts.pop_back();
    else if (part != ".." || !slashes)
      parts.push_back(part);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

namespace {

std::string expand_variables(std::string_view path) {
  auto name_character = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    if (path[at] != '$') {
      out += path[at++];
      continue;
    }
    bool braces = at + 1 < path.size() && path[at + 1] == '{';
    auto from = at + (braces ? 2 : 1), to = from;
    while (to < path.size() && (braces ? path[to] != '}' : name_character(path[to]))) ++to;
    bool whole = to > from && (!braces || to < path.size());
    auto end = braces && whole ? to + 1 : to;
    const char* found = whole ? std::getenv(std::string(path.substr(from, to - from)).c_str()) : nullptr;
    if (found)
      out += found;
    else
      out += path.substr(at, std::max(end, at + 1) - at);
    at = std::max(end, at + 1);
  }
  return out;
}

std::string expand_home(const std::string& path) {
  if (!path.starts_with('~')) return path;
  auto end = std::min(path.find('/'), path.size());
  auto user = path.substr(1, end - 1);
  const char* home = user.empty() ? std::getenv("HOME") : nullptr;
  if (!home)
    if (auto* entry = user.empty() ? ::getpwuid(::getuid()) : ::getpwnam(user.c_str())) home = entry->pw_dir;
  if (!home) return path;
  std::string folder(home);
  while (folder.ends_with('/')) folder.pop_back();
  auto out = folder + path.substr(end);
  return out.empty() ? "/" : out;
}

} // namespace

std::string expand_path(std::string_view path) { return expand_home(expand_variables(path)); }

std::string unfrack_path(std::string_view path, std::string_view base) {
  auto out = expand_path(path);
  if (out.starts_with('/')) return normal_path(out);
  std::error_code code;
  std::string folder(base);
  if (folder.empty())
    folder = std::filesystem::current_path(code).string();
  else if (std::filesystem::is_regular_file(folder, code))
    folder = folder.substr(0, folder.rfind('/'));
  return normal_path(folder + "/" + out);
}

} // namespace mito::playbook

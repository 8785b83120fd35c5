#include "playbook/file_search.hpp"

#include <cstdlib>
#include <filesystem>

namespace mito::playbook {

namespace fs = std::filesystem;

namespace {

bool there(const std::string& path) {
  std::error_code code;
  return fs::exists(path, code);
}

std::string folder_of(const std::string& path) {
  auto slash = path.rfind('/');
  return slash == path.npos ? std::string() : slash == 0 ? "/" : path.substr(0, slash);
}

bool names_tasks(std::string_view path) {
  return path.ends_with("/tasks") || path.find("/tasks/") != path.npos || path == "tasks";
}

/// Whether a folder looks like a role's, or like one inside a role.
bool looks_like_role(const std::string& path) {
  for (const auto* name : {"main.yml", "main.yaml", "main"})
    if (names_tasks(path) && there(path + "/" + name)) return true;
  for (const auto& root : {path, folder_of(path)})
    for (const auto* sub : {"/tasks/main", "/meta/main"})
      for (const auto* ext : {".yml", ".yaml", ""})
        if (there(root + sub + ext)) return true;
  return false;
}

} // namespace

std::string full_path(std::string_view name, std::string_view base) {
  std::string path(name);
  if (path.starts_with("~/") || path == "~")
    if (const char* home = std::getenv("HOME")) path = home + path.substr(1);
  if (!path.starts_with('/')) path = std::string(base) + "/" + path;
  auto out = fs::path(path).lexically_normal().string();
  if (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

std::string find_relative(const std::string& folder, const std::string& subfolder, const std::string& name,
                          const std::string& base, bool is_role) {
  if (name.starts_with('/') || name.starts_with('~')) return full_path(name, base);
  auto root = full_path(folder, base);
  if (!is_role) is_role = looks_like_role(root);
  auto top = is_role && names_tasks(root) ? folder_of(root) : root;
  auto below = full_path(subfolder + "/" + name, base);
  std::vector<std::string> search{full_path(subfolder + "/" + name, root), full_path(subfolder + "/" + name, top)};
  if (is_role && !name.ends_with(subfolder)) search.push_back(full_path("tasks/" + name, top));
  search.insert(search.end(), {below, full_path(name, top), below, full_path(name, base)});
  for (const auto& candidate : search)
    if (there(candidate)) return candidate;
  return search.back();
}

search_result find_in_stack(const std::vector<std::string>& folders, std::string_view subfolder, std::string_view name,
                            const std::string& base) {
  search_result out;
  std::string sub(subfolder), file(name);
  if (file.starts_with('/') || file.starts_with('~')) {
    out.searched.push_back(full_path(file, base));
    if (there(out.searched.back())) out.path = out.searched.back();
    return out;
  }
  // A name that begins with the subfolder is not looked for below it a second time.
  bool named = file.substr(0, file.find('/')) == sub;
  for (const auto& folder : folders) {
    auto root = full_path(folder, base);
    auto parent = folder_of(root);
    if (parent.ends_with("/tasks") && looks_like_role(root)) {
      out.searched.push_back(folder_of(parent) + "/" + sub + "/" + file);
      out.searched.push_back(parent + "/" + file);
      continue;
    }
    if (!named) out.searched.push_back(root + "/" + sub + "/" + file);
    out.searched.push_back(root + "/" + file);
  }
  if (!named) out.searched.push_back(base + "/" + sub + "/" + file);
  out.searched.push_back(base + "/" + file);
  for (const auto& candidate : out.searched)
    if (there(candidate)) {
      out.path = candidate;
      break;
    }
  return out;
}

} // namespace mito::playbook

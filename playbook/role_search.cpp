// Where roles are found.
#include <algorithm>
#include <filesystem>

#include "core/text.hpp"
#include "playbook/file_search.hpp"
#include "playbook/roles.hpp"

namespace mito::playbook {

namespace {

namespace fs = std::filesystem;

bool is_folder(const std::string& path) {
  std::error_code code;
  return fs::is_directory(path, code);
}

bool is_word(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

/// namespace.collection.role, with folders below roles/ as further dots.
bool is_qualified(std::string_view name) {
  auto parts = core::split(name, '.');
  return parts.size() >= 3 && std::all_of(parts.begin(), parts.end(), is_word);
}

std::optional<found_role> in_collection(std::string_view collection, std::string_view role, const load_options& options) {
  auto dot = collection.find('.');
  if (dot == collection.npos) return std::nullopt;
  auto space = std::string(collection.substr(0, dot)), name = std::string(collection.substr(dot + 1));
  std::string below(role);
  std::replace(below.begin(), below.end(), '.', '/');
  for (const auto& root : options.collections_paths) {
    for (const auto* middle : {"/ansible_collections/", "/"}) {
      if (*(middle + 1) == 0 && !root.ends_with("/ansible_collections")) continue;
      auto path = root + middle + space + "/" + name + "/roles/" + below;
      if (is_folder(path)) return found_role{std::string(role), std::string(collection), path};
    }
  }
  return std::nullopt;
}

} // namespace

core::expected<found_role> find_role(std::string_view wanted, const load_options& options, const std::string& playbook_dir,
                                     const std::string& beside, const std::vector<std::string>& collections) {
  std::string name(wanted);
  if (is_qualified(name)) {
    auto first = name.find('.'), second = name.find('.', first + 1);
    if (auto found = in_collection(name.substr(0, second), name.substr(second + 1), options)) return *found;
  } else if (is_word(name)) {
    for (const auto& c : collections)
      if (auto found = in_collection(c, name, options)) return *found;
  }
  std::vector<std::string> folders{playbook_dir + "/roles"};
  folders.insert(folders.end(), options.roles_path.begin(), options.roles_path.end());
  if (!beside.empty()) folders.push_back(beside);
  folders.push_back(playbook_dir);
  std::error_code code;
  for (const auto& folder : folders)
    if (auto path = full_path(name, folder); fs::exists(path, code)) return found_role{name, {}, path};
  if (auto path = full_path(name, fs::current_path(code).string()); fs::exists(path, code))
    return found_role{name.substr(name.rfind('/') + 1), {}, path};
  std::vector<std::string> searched = collections;
  searched.insert(searched.end(), folders.begin(), folders.end());
  return core::error("the role '" + name + "' was not found in " + core::join(searched, ":"));
}

} // namespace mito::playbook

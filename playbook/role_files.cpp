#include "playbook/role_files.hpp"

#include <filesystem>

#include "playbook/file_search.hpp"
#include "playbook/variables/vars_folders.hpp"

namespace mito::playbook {

namespace {

namespace fs = std::filesystem;

core::expected<std::vector<std::string>> search(const std::string& role_path, const std::string& role_name,
                                                const std::string& folder, const std::string& wanted, bool folders) {
  auto root = role_path + "/" + folder;
  std::error_code code;
  std::vector<std::string> out;
  if (!fs::is_directory(root, code)) return out;
  auto endings = wanted.empty() ? std::vector<std::string>{".yml", ".yaml", ".json", ""}
                                : std::vector<std::string>{"", ".yml", ".yaml", ".json"};
  for (const auto& ending : endings) {
    auto path = full_path((wanted.empty() ? "main" : wanted) + ending, root);
    auto status = fs::status(path, code);
    if (!fs::exists(status)) continue;
    if (fs::is_directory(status)) {
      if (!folders) continue;
      out = vars_files_below(path);
    } else {
      out.push_back(path);
    }
    if (!path.starts_with(root + "/"))
      return core::error("Failed loading '" + path + "' for role (" + role_name +
                         ") as it is not inside the expected role path: '" + root + "'");
    return out;
  }
  if (!wanted.empty()) return core::error("Could not find specified file in role: " + folder + "/" + wanted);
  return out;
}

} // namespace

core::expected<std::string> role_file(const std::string& role_path, const std::string& role_name, const std::string& folder,
                                      const std::string& wanted) {
  auto found = search(role_path, role_name, folder, wanted, false);
  if (!found) return found.error();
  return found->empty() ? std::string() : found->front();
}

core::expected<std::vector<std::string>> role_vars_files(const std::string& role_path, const std::string& role_name,
                                                         const std::string& folder, const std::string& wanted) {
  return search(role_path, role_name, folder, wanted, true);
}

} // namespace mito::playbook

#include "cli/python_callbacks.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/text.hpp"

namespace mito::cli {

namespace {

namespace fs = std::filesystem;

std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return (home ? std::string(home) : std::string()) + path;
}

/// Folders whose plugins Ansible loads without being asked.
std::vector<std::string> plugin_folders(const settings& s, const std::vector<std::string>& playbook_folders) {
  std::vector<std::string> out;
  if (auto given = s.get("callback_plugins")) {
    for (auto part : core::split(*given, ':'))
      if (auto folder = core::trim(part); !folder.empty()) out.emplace_back(folder.starts_with("~/") ? at_home(std::string(folder.substr(1))) : folder);
  } else {
    out = {at_home("/.ansible/plugins/callback"), "/usr/share/ansible/plugins/callback"};
  }
  for (auto& f : playbook_folders) out.push_back(f + "/callback_plugins");
  return out;
}

std::vector<std::string> collection_roots(const std::vector<std::string>& playbook_folders) {
  std::vector<std::string> out = {at_home("/.ansible/collections/ansible_collections"), "/usr/share/ansible/collections/ansible_collections",
                                  "/usr/lib/python3/dist-packages/ansible_collections"};
  for (auto& f : playbook_folders) out.push_back(f + "/collections/ansible_collections");
  return out;
}

} // namespace

std::string find_python_callback(const std::string& name, const settings& s, const std::vector<std::string>& playbook_folders) {
  std::error_code error;
  if (name.find('/') != std::string::npos) return {};
  auto parts = core::split(name, '.');
  std::vector<std::string> candidates;
  auto plain = std::string(parts.back()) + ".py";
  if (parts.size() == 1)
    for (auto& f : plugin_folders(s, playbook_folders)) candidates.push_back(f + "/" + plain);
  for (auto& root : collection_roots(playbook_folders)) {
    // Names without a collection were Ansible's own once and live in these two.
    for (std::string collection : {std::string("community/general"), std::string("ansible/posix")})
      if (parts.size() == 1) candidates.push_back(root + "/" + collection + "/plugins/callback/" + plain);
    if (parts.size() == 3)
      candidates.push_back(root + "/" + std::string(parts[0]) + "/" + std::string(parts[1]) + "/plugins/callback/" + plain);
  }
  for (auto& c : candidates)
    if (fs::is_regular_file(c, error)) return c;
  return {};
}

void warn_of_python_callbacks(report::display& display, const settings& s, const std::vector<std::string>& playbook_folders) {
  auto folders = plugin_folders(s, playbook_folders);
  std::sort(folders.begin(), folders.end());
  folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
  for (auto& folder : folders) {
    std::error_code error;
    std::vector<std::string> names;
    for (auto& entry : fs::directory_iterator(folder, error)) {
      auto& path = entry.path();
      if (path.extension() == ".py" && path.stem() != "__init__" && names.size() < 20) names.push_back(path.stem().string());
    }
    if (names.empty()) continue;
    std::sort(names.begin(), names.end());
    display.warning("the callback plugins of " + folder + " are Python and are not run: " + core::join(names, ", "));
  }
}

} // namespace mito::cli

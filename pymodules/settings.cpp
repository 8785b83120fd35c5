#include "pymodules/settings.hpp"

#include <cstdlib>
#include <unistd.h>

#include "core/text.hpp"
#include "pymodules/files.hpp"

namespace mito::pymodules {

namespace {

bool is_core(const std::string& folder) { return is_file(folder + "/release.py") && is_folder(folder + "/modules"); }

/// `lib` has python3.x folders: the newest with an ansible in it.
std::string below(const std::string& lib) {
  auto names = folders_in(lib);
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (!name->starts_with("python3")) continue;
    for (auto packages : {"/site-packages/ansible", "/dist-packages/ansible"})
      if (auto folder = joined(lib, *name) + packages; is_core(folder)) return folder;
  }
  return {};
}

/// A virtual environment's `bin/ansible-playbook`, with links resolved or not.
std::string beside_program() {
  const char* path = std::getenv("PATH");
  for (auto folder : core::split(path ? path : "", ':')) {
    std::string program = joined(folder, "ansible-playbook");
    if (folder.empty() || ::access(program.c_str(), X_OK) != 0) continue;
    char* real = ::realpath(program.c_str(), nullptr);
    std::string resolved = real ? real : program;
    std::free(real);
    for (const auto& p : {program, resolved})
      if (auto found = below(joined(folder_of(folder_of(p)), "lib")); !found.empty()) return found;
    return {};
  }
  return {};
}

} // namespace

std::string find_ansible_core(const std::string& configured) {
  if (!configured.empty()) return is_core(configured) ? configured : std::string();
  if (auto found = beside_program(); !found.empty()) return found;
  for (auto folder : {"/usr/lib/python3/dist-packages/ansible"})
    if (is_core(folder)) return folder;
  std::vector<std::string> libs{"/usr/local/lib", "/usr/lib"};
  if (const char* home = std::getenv("HOME")) libs.push_back(std::string(home) + "/.local/lib");
  for (const auto& lib : libs)
    if (auto found = below(lib); !found.empty()) return found;
  return {};
}

} // namespace mito::pymodules

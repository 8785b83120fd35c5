#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "actions/action.hpp"

namespace mito::actions {

core::value raise_failure(std::string_view message) {
  return core::dict{{core::value("failed"), core::value(true)},
                    {core::value("msg"), core::value(message)},
                    {core::value("exception"), core::value("NoneType: None\n")},
                    {core::value(engine::raised_key), core::value("failure")}};
}

core::value raise_error(std::string_view message) {
  return core::dict{{core::value("failed"), core::value(true)},
                    {core::value("msg"), core::value(message)},
                    {core::value(engine::raised_key), core::value("error")}};
}

finished failed(std::string_view message) { return {engine::failed_result(message)}; }

core::expected<std::optional<std::string>> decrypted_file(const context& c, const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char start[14];
  if (!in.read(start, sizeof start) || !playbook::is_vault_text({start, sizeof start})) return std::optional<std::string>();
  if (!c.vault || c.vault->empty())
    return core::error("A vault password or secret must be specified to decrypt " + path);
  std::stringstream rest;
  rest << in.rdbuf();
  auto opened = playbook::open_vault_file(std::string(start, sizeof start) + rest.str(), path, c.vault);
  if (!opened) return opened.error();
  return std::optional(std::string(opened->view()));
}

core::expected<std::string> find_file(const context& c, std::string_view subfolder, std::string_view name) {
  struct stat st;
  auto there = [&](const std::string& path) { return ::stat(path.c_str(), &st) == 0; };
  if (name.starts_with('/')) {
    if (std::string path(name); there(path)) return path;
  }
  std::string path(name);
  if (name.starts_with("~/"))
    if (const char* home = std::getenv("HOME"); home && there(std::string(home) + path.substr(1)))
      return std::string(home) + path.substr(1);
  std::string searched;
  if (!name.starts_with('/')) {
    for (auto& folder : c.search_paths) {
      // A relative path that names the subfolder itself is not looked for below it a second time.
      for (auto candidate : {folder + "/" + std::string(subfolder) + "/" + path, folder + "/" + path}) {
        if (there(candidate)) return candidate;
        searched += "\n\t" + candidate;
      }
    }
  } else {
    searched = "\n\t" + path;
  }
  return core::error("Could not find or access '" + path + "'\nSearched in:" + searched +
                     " on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, "
                     "see the remote_src option");
}

} // namespace mito::actions

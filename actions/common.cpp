#include <sys/stat.h>

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

core::value raise_unexpected(std::string_view message) {
  return raise_error("Unexpected failure during module execution: " + std::string(message));
}

finished failed(std::string_view message) { return {engine::failed_result(message)}; }

core::value not_found(std::string_view message) {
  core::dict out = engine::failed_result(message).as_dict();
  out.set("exception", core::value("Traceback (most recent call last):\nansible.errors.AnsibleFileNotFound: " +
                                   std::string(message) + "\n"));
  return core::value(std::move(out));
}

core::expected<std::string> find_file(const context& c, std::string_view subfolder, std::string_view name) {
  struct stat st;
  auto there = [&](const std::string& path) { return ::stat(path.c_str(), &st) == 0; };
  std::string path(name), searched;
  if (name.starts_with("~/"))
    if (const char* home = std::getenv("HOME")) path = home + path.substr(1);
  if (path.starts_with('/')) {
    if (there(path)) return path;
  } else {
    // The playbook's own folder is the last resort, also where it has been looked at already.
    auto folders = c.search_paths;
    if (folders.size() == 1) folders.push_back(folders.front());
    for (auto& folder : folders)
      for (auto candidate : {folder + "/" + std::string(subfolder) + "/" + path, folder + "/" + path}) {
        if (there(candidate)) return candidate;
        searched += (searched.empty() ? "\nSearched in:\n\t" : "\n\t") + candidate;
      }
  }
  return core::error("Could not find or access '" + std::string(name) + "'" + searched +
                     " on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, "
                     "see the remote_src option");
}

} // namespace mito::actions

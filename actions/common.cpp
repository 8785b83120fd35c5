#include "actions/action.hpp"
#include "playbook/file_search.hpp"

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

core::expected<std::string> find_file(const context& c, std::string_view subfolder, std::string_view name) {
  auto found = playbook::find_in_stack(c.search_paths, subfolder, name, c.playbook_dir);
  if (!found.path.empty()) return found.path;
  std::string searched;
  for (auto& candidate : found.searched) searched += "\n\t" + candidate;
  return core::error("Could not find or access '" + std::string(name) + "'\nSearched in:" + searched +
                     " on the Ansible Controller.\nIf you are using a module and expect the file to exist on the remote, "
                     "see the remote_src option");
}

} // namespace mito::actions

#pragma once
/// From a module's name to its file, by Ansible's rules (PluginLoader.find_plugin_with_context).
#include <string>
#include <unordered_map>
#include <vector>

#include "pymodules/files.hpp"
#include "pymodules/routing.hpp"

namespace mito::pymodules {

struct found_module {
  std::string path;
  std::string name;       ///< "ansible.builtin.stat", "community.general.ini_file"; the bare name for those of `library/`
  std::string collection; ///< "ansible.builtin", "ns.coll"; empty for `library/`
  bool builtin = false;   ///< ansible-core's own file: a native module may stand for it
  /// An action plugin (ansible-core's, a collection's or one beside the playbook) belongs to it: its path.
  std::string action_plugin;
  std::vector<std::string> deprecations; ///< texts to show once
};

class finder {
public:
  finder(const settings& s, routing& r) : settings_(s), routing_(r) {}

  /// A folder whose `library/`, `module_utils/`, `action_plugins/` and (for playbooks) `collections/` count from now on.
  void add_folder(const std::string& folder, bool playbook);

  /// `collections`: the task's list, in order. The error's text is Ansible's, its hint names the nearest module and where was
  /// searched; its category is "missing" when there is no such module, "removed" for a tombstone.
  core::expected<found_module> find(const std::string& name, const std::vector<std::string>& collections);

  /// See library::overridden.
  bool overridden(const std::string& name);

  /// Folders with module_utils, first come first served; ansible-core's own last.
  std::vector<std::string> module_utils_folders() const;
  std::string version() const; ///< of ansible-core, "2.14.18"

private:
  struct search {
    std::string original;
    std::vector<std::string> chain; ///< redirects so far
    std::vector<std::string> deprecations;
  };
  core::expected<found_module> step(search& s, const std::string& name, const std::vector<std::string>& collections);
  /// `redirect` is set when the entry leads on.
  core::expected<std::optional<found_module>> in_collection(search& s, const std::string& name, std::string& redirect);
  core::expected<std::optional<found_module>> legacy(search& s, const std::string& name, std::string& redirect);
  std::string action_of(const found_module& m, const std::string& called_as);
  core::error missing(const search& s, const std::vector<std::string>& collections) const;
  void read_folder(const std::string& folder, bool builtin);
  void read_folders();
  bool ignored(const std::string& file) const;

  const settings& settings_;
  routing& routing_;
  std::vector<std::string> library_, module_utils_, action_plugins_;
  /// Modules of the search path, by name with and without extension; the first folder wins.
  std::unordered_map<std::string, std::pair<std::string, bool>> by_name_;
  bool read_ = false;
};

} // namespace mito::pymodules

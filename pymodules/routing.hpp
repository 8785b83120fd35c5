#pragma once
/// `plugin_routing` of collections' meta/runtime.yml, and of ansible-core's own table: redirects, deprecations, removals.
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "pymodules/settings.hpp"

namespace mito::pymodules {

/// "ansible.builtin" or "ns.coll".
struct collection {
  std::string name, root; ///< root: its folder; empty for ansible.builtin
};

/// One entry of a routing table.
struct route {
  std::string redirect, action_plugin;
  struct notice {
    std::string text, version, date;
  };
  std::optional<notice> deprecation, tombstone;
};

class routing {
public:
  explicit routing(const settings& s) : settings_(s) {}

  /// The collection of that name: the first below COLLECTIONS_PATHS that has a folder. Nothing when it is not installed.
  const collection* find(const std::string& name);
  /// The entry of `kind` ("modules", "module_utils") for a name below it, dotted. Broken files are the error.
  core::expected<std::optional<route>> entry(const collection& c, std::string_view kind, const std::string& name);

  /// Folders `collections/` beside playbooks: searched first.
  void add_folder(std::string folder);

private:
  std::string path_of(const collection& c) const;
  bool mentions(const collection& c, const std::string& name);
  core::expected<const core::value*> table(const collection& c);

  const settings& settings_;
  std::vector<std::string> beside_playbooks_;
  std::map<std::string, std::optional<collection>> found_;
  std::map<std::string, core::value> tables_;
  std::map<std::string, std::string> texts_;
};

/// "[DEPRECATED]: X has been removed. … Please update your playbooks." as Ansible words removed features.
std::string removed_text(const std::string& name, const route::notice& n, const std::string& collection);
/// "X has been deprecated. … This feature will be removed from ns.coll in version 9.0.0."
std::string deprecated_text(const std::string& name, const route::notice& n, const std::string& collection);

} // namespace mito::pymodules

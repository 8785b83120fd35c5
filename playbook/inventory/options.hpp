#pragma once
/// Settings of reading inventory sources; the names in brackets are ansible-core's.
#include <functional>
#include <string>
#include <vector>

#include "core/value.hpp"
#include "playbook/inventory/inventory.hpp"
#include "templating/templar.hpp"

namespace mito::playbook {

struct inventory_options {
  inventory_rules rules;
  /// Formats in the order in which they are tried [INVENTORY_ENABLED].
  std::vector<std::string> enabled{"host_list", "script", "auto", "yaml", "ini", "toml"};
  /// Endings of names that are left out of a folder [INVENTORY_IGNORE_EXTS].
  std::vector<std::string> ignore_extensions{".pyc", ".pyo", ".swp", ".bak",  "~",    ".rpm", ".md",
                                             ".txt", ".rst", ".orig", ".ini", ".cfg", ".retry"};
  /// Regular expressions of further names [INVENTORY_IGNORE_PATTERNS].
  std::vector<std::string> ignore_patterns;
  bool any_unparsed_is_failed = false; ///< [INVENTORY_ANY_UNPARSED_IS_FAILED]
  bool unparsed_is_failed = false;     ///< [INVENTORY_UNPARSED_IS_FAILED]
  bool unparsed_warning = true;        ///< [INVENTORY_UNPARSED_WARNING]
  /// Of YAML inventories, of `constructed` ones, and of vars files [YAML_FILENAME_EXTENSIONS].
  std::vector<std::string> yaml_extensions{".yml", ".yaml", ".json"};
  /// Of YAML inventories where it differs [inventory_plugin_yaml: yaml_valid_extensions]; empty: the ones above.
  std::vector<std::string> yaml_inventory_extensions;
  /// Whether what a script writes to stderr is shown when it succeeds [inventory_plugin_script: always_show_stderr].
  bool show_script_stderr = true;
  /// Seconds that an executable source may take; Ansible has no limit, a hang helps nobody.
  unsigned script_timeout = 120;
  /// Default of the option of `constructed` of that name [inventory_plugins: use_extra_vars].
  bool use_extra_vars = false;
  core::dict extra_vars;
  /// Evaluates what `constructed` says; without one such sources are errors.
  const templating::templar* templar = nullptr;
  /// Facts of a host from the fact cache, for `constructed`; may be empty.
  std::function<core::dict(const std::string& host)> cached_facts;
  /// The program that runs inventory plugins which are none of ours, with its first arguments; empty: ansible-core's
  /// ansible-inventory, from PATH or as a module of `rules.python`.
  std::vector<std::string> plugin_runner;
  /// Where it looks for plugins beside the playbook (--playbook-dir); may be empty.
  std::string playbook_dir;
};

} // namespace mito::playbook

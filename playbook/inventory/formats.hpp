#pragma once
/// The table of inventory formats: what Ansible calls inventory plugins. Internal to playbook/inventory.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "playbook/inventory/inventory.hpp"
#include "playbook/inventory/options.hpp"

namespace mito::playbook {

/// One source on its way into the inventory.
struct reading {
  inventory& hosts;
  const inventory_options& options;
  /// All that -i named, and those of them that were read so far (files of folders one by one).
  const std::vector<std::string>& all_sources;
  const std::vector<std::string>& read_before;
  std::string source;
  /// The plugin's name as the settings or the source's `plugin` key write it.
  std::string format;

  void note(int verbosity, std::string text) const {
    hosts.say(core::severity::note, std::move(text), std::string(static_cast<std::size_t>(verbosity), 'v'));
  }
};

struct source_format {
  std::string_view name;
  /// Whether the source looks like this format (verify_file); the next one is tried when not.
  bool (*wants)(const reading& r);
  /// What it added before an error stays, as in Ansible. Category "fatal": nothing else is to be tried.
  core::expected<void> (*read)(reading& r);
};

std::span<const source_format> source_formats();
/// By Ansible's name, with or without ansible.builtin. or ansible.legacy.; null when it is none of ours.
const source_format* find_format(std::string_view name);

/// A file that exists and may be read; else a note says why it is passed over.
bool is_readable_file(const reading& r);
/// ".yml" of "a/b.yml"; empty for names that only start with a dot.
std::string extension_of(std::string_view path);
/// An error of an inventory source: "path:line: what".
core::error source_error(std::string what);

// One file each.
bool wants_host_list(const reading& r);
core::expected<void> read_host_list_source(reading& r);
core::expected<void> read_advanced_host_list_source(reading& r);
bool wants_script(const reading& r);
core::expected<void> read_script_source(reading& r);
bool wants_auto(const reading& r);
core::expected<void> read_auto_source(reading& r);
bool wants_yaml(const reading& r);
core::expected<void> read_yaml_source(reading& r);
core::expected<void> read_ini_source(reading& r);
bool wants_toml(const reading& r);
core::expected<void> read_toml_source(reading& r);
bool wants_constructed(const reading& r);
core::expected<void> read_constructed_source(reading& r);
/// The plugin `r.format`, which is none of ours, through the installed ansible-core.
core::expected<void> read_foreign_source(reading& r);
bool wants_ini(const reading& r);

} // namespace mito::playbook

#pragma once
/// Reads YAML 1.1 as PyYAML under ansible-core's loader does. The only door to yaml-cpp.
#include <string>

#include "playbook/vault/keyring.hpp"
#include "playbook/yaml/node.hpp"

namespace mito::playbook {

struct yaml_options {
  enum class duplicates : std::uint8_t { warn, error, ignore } duplicate_keys = duplicates::warn;
  /// As ansible-core: a text that is JSON is read as JSON (no places inside, no warnings).
  bool json_first = true;
  /// Our own limits; yaml-cpp itself gives up near 500 levels.
  std::uint32_t depth = 450;
  std::size_t bytes = 64u << 20;
  /// Nodes after aliases are expanded; what a walk over the value would visit.
  std::size_t expanded_nodes = 4'000'000;
  /// Opens `!vault` values, when they are used, and whole files that are vaults; null: as without secrets.
  keyring_handle vault = {};
};

/// One document. Errors are in PyYAML's words and stand at its place; category "yaml".
core::expected<yaml_document> read_yaml(std::shared_ptr<const core::source_file> file,
                                        const yaml_options& options = {});
core::expected<yaml_document> read_yaml_text(std::string name, std::string text,
                                             const yaml_options& options = {});
/// Reads the file at `path`, which may be a vault. Category "missing" when there is none, "vault" and
/// "vault_format" when it cannot be opened.
core::expected<yaml_document> read_yaml_file(const std::string& path, const yaml_options& options = {});
/// The bytes of a file; categories "missing" and "io".
core::expected<std::string> read_text_file(const std::string& path);

} // namespace mito::playbook

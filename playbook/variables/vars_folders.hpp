#pragma once
/// group_vars/, host_vars/ and vars files on disk.
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

/// Files that hold the variables of `name` in `folder` (a group_vars or host_vars): name, name.yml, name.yaml
/// or name.json, the first that exists; a folder of that name with all its files, recursively, sorted.
std::vector<std::string> find_vars_files(const std::string& folder, std::string_view name);

/// Reads vars files, each once a run. Thread-safe.
class vars_file_cache {
public:
  /// The file's dict (empty for an empty file).
  core::expected<core::value> load(const std::string& path);
  /// Merges `more` over `into` in order.
  core::expected<void> merge(core::dict& into, const std::vector<std::string>& paths);
  std::vector<core::diagnostic> take_warnings();
  /// Opens `!vault` values and files that are vaults; set before the first file is read.
  keyring_handle vault;

private:
  std::mutex mutex_;
  std::map<std::string, core::value> known_;
  std::vector<core::diagnostic> warnings_;
};

} // namespace mito::playbook

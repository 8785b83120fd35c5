#pragma once
/// group_vars/, host_vars/ and vars files on disk.
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

/// Files that hold the variables of `name` in `folder` (a group_vars or host_vars): `name` itself or with one of the
/// extensions, the first that exists; a folder of that name with all its files of these extensions or none, recursively,
/// sorted.
std::vector<std::string> find_vars_files(const std::string& folder, std::string_view name,
                                         const std::vector<std::string>& extensions = {".yml", ".yaml", ".json"});

/// Reads vars files, each once a run. Thread-safe.
class vars_file_cache {
public:
  /// Of vars files [YAML_FILENAME_EXTENSIONS]; set before use.
  std::vector<std::string> extensions{".yml", ".yaml", ".json"};
  bool merge_hashes = false; ///< hash_behaviour = merge; set before use

  /// As find_vars_files(); a `folder` that is none gets a warning.
  std::vector<std::string> find(const std::string& folder, std::string_view name);
  /// The file's dict (empty for an empty file). Vault texts inside become undefined values that say where
  /// they stand.
  core::expected<core::value> load(const std::string& path);
  /// Merges the files over `into` in order.
  core::expected<void> merge(core::dict& into, const std::vector<std::string>& paths);
  std::vector<core::diagnostic> take_warnings();
  /// Folders are listed once; after this they are listed anew. Files that were read stay.
  void forget_folders();

private:
  /// Whether anything in `folder` can belong to `name`: thousands of hosts ask for files that are not there.
  bool may_hold(const std::string& folder, std::string_view name);

  std::mutex mutex_;
  std::map<std::string, std::optional<std::set<std::string, std::less<>>>> folders_; ///< names inside; none: no folder
  std::map<std::string, core::value> known_;
  std::vector<core::diagnostic> warnings_;
};

} // namespace mito::playbook

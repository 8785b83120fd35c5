#pragma once
/// Reading folders and files, with answers remembered for the run where that is safe.
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mito::pymodules {

std::string joined(std::string_view folder, std::string_view name);
std::string base_name(std::string_view path);
std::string folder_of(std::string_view path);
/// "mod.py" → ("mod", ".py"); a leading dot starts no extension (os.path.splitext).
std::pair<std::string, std::string> split_extension(std::string_view name);
bool is_file(const std::string& path);
bool is_folder(const std::string& path);
/// At most 256 MiB; nothing when it cannot be read.
std::optional<std::string> read_file(const std::string& path);
/// Names of the plain files (and links to such) of a folder, sorted; empty when it cannot be read.
std::vector<std::string> files_in(const std::string& folder);
/// The same for folders.
std::vector<std::string> folders_in(const std::string& folder);

/// Remembers which names a folder holds: module_utils are looked for in the same few folders again and again.
class folder_cache {
public:
  bool has_file(const std::string& folder, const std::string& name);
  bool has_folder(const std::string& path);

private:
  struct content {
    std::vector<std::string> files, folders;
    bool there = false;
  };
  const content& of(const std::string& folder);
  std::unordered_map<std::string, content> known_;
};

} // namespace mito::pymodules

#include "playbook/variables/vars_folders.hpp"

#include <algorithm>
#include <filesystem>

#include "core/python.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace fs = std::filesystem;

namespace {

bool vars_extension(std::string_view ext) {
  return ext.empty() || ext == ".yml" || ext == ".yaml" || ext == ".json";
}

void folder_files(const fs::path& folder, std::vector<std::string>& out, int depth) {
  if (depth > 32) return; // a loop of links
  std::vector<fs::path> entries;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    entries.push_back(it->path());
  std::sort(entries.begin(), entries.end());
  for (const auto& entry : entries) {
    auto name = entry.filename().string();
    if (name.starts_with('.') || name.ends_with('~')) continue;
    auto ext = entry.extension().string();
    if (fs::is_directory(entry, code)) {
      if (ext.empty()) folder_files(entry, out, depth + 1);
    } else if (fs::is_regular_file(entry, code) && vars_extension(ext)) {
      out.push_back(entry.string());
    }
  }
}

} // namespace

std::vector<std::string> find_vars_files(const std::string& folder, std::string_view name) {
  std::vector<std::string> out;
  if (name.starts_with('/')) return out; // a chroot's path is no file name
  for (std::string_view ext : {"", ".yml", ".yaml", ".json"}) {
    auto path = folder + "/" + std::string(name) + std::string(ext);
    std::error_code code;
    auto status = fs::status(path, code);
    if (!fs::exists(status)) continue;
    if (fs::is_directory(status))
      folder_files(path, out, 0);
    else
      out.push_back(path);
    break;
  }
  return out;
}

core::expected<core::value> vars_file_cache::load(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (auto it = known_.find(path); it != known_.end()) return it->second;
  yaml_options options;
  options.vault = vault;
  auto doc = read_yaml_file(path, options);
  if (!doc) return doc.error();
  warnings_.insert(warnings_.end(), doc->warnings.begin(), doc->warnings.end());
  auto v = doc->root->val;
  if (!v.truthy()) v = core::value(core::dict{});
  if (!v.is_dict())
    return core::error("failed to combine variables, expected dicts but got a 'dict' and a '" +
                           std::string(type_name(v)) + "': \n{}\n" + core::to_repr(v).substr(0, 200),
                       doc->at(*doc->root));
  known_.emplace(path, v);
  return v;
}

core::expected<void> vars_file_cache::merge(core::dict& into, const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    auto v = load(path);
    if (!v) return v.error();
    into.update(v->as_dict());
  }
  return {};
}

std::vector<core::diagnostic> vars_file_cache::take_warnings() {
  std::lock_guard lock(mutex_);
  return std::move(warnings_);
}

} // namespace mito::playbook

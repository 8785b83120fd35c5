#include "playbook/variables/vars_folders.hpp"

#include <algorithm>
#include <filesystem>

#include "core/python.hpp"
#include "playbook/merge.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace fs = std::filesystem;

namespace {

using names = std::vector<std::string>;

void folder_files(const fs::path& folder, const names& extensions, names& out, int depth) {
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
      if (ext.empty()) folder_files(entry, extensions, out, depth + 1);
    } else if (fs::is_regular_file(entry, code) &&
               (ext.empty() || std::find(extensions.begin(), extensions.end(), ext) != extensions.end())) {
      out.push_back(entry.string());
    }
  }
}

/// `v` with each vault text replaced by an undefined value whose message names its place.
core::value defuse(const core::value& v, std::vector<core::diagnostic>& warnings) {
  if (v.is_list()) {
    core::list items;
    for (const auto& i : v.as_list()) items.push_back(defuse(i, warnings));
    return core::value(std::move(items));
  }
  if (v.is_dict()) {
    core::dict d;
    for (const auto& e : v.as_dict()) d.set_key(e.key, defuse(e.val, warnings));
    return core::value(std::move(d));
  }
  const auto* vault = find_vault(v);
  if (!vault) return v;
  warnings.push_back({core::severity::warning,
                      "'!vault' is not supported yet: using this value will fail",
                      vault->where(),
                      {},
                      {},
                      "unsupported"});
  return core::value::undefined("Attempting to decrypt but no vault secrets found ('!vault' at " +
                                vault->where().str() + " is not supported yet)");
}

} // namespace

names find_vars_files(const std::string& folder, std::string_view name, const names& extensions) {
  names out;
  if (name.starts_with('/')) return out; // a chroot's path is no file name
  auto try_one = [&](const std::string& path) {
    std::error_code code;
    auto status = fs::status(path, code);
    if (!fs::exists(status)) return false;
    if (fs::is_directory(status))
      folder_files(path, extensions, out, 0);
    else
      out.push_back(path);
    return true;
  };
  auto path = folder + "/" + std::string(name);
  if (try_one(path)) return out;
  for (const auto& ext : extensions)
    if (try_one(path + (ext.find('.') == ext.npos ? "." : "") + ext)) break;
  return out;
}

bool vars_file_cache::may_hold(const std::string& folder, std::string_view name) {
  std::lock_guard lock(mutex_);
  auto known = folders_.find(folder);
  if (known == folders_.end()) {
    std::error_code code;
    auto status = fs::status(folder, code);
    std::optional<std::set<std::string, std::less<>>> inside;
    if (fs::is_directory(status)) {
      inside.emplace();
      for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
        inside->insert(it->path().filename().string());
    } else if (fs::exists(status)) {
      warnings_.push_back({core::severity::warning,
                           "Found " + fs::path(folder).filename().string() + " that is not a directory, skipping: " + folder,
                           {},
                           {},
                           {},
                           "vars"});
    }
    known = folders_.emplace(folder, std::move(inside)).first;
  }
  if (!known->second) return false;
  auto first = name.substr(0, name.find('/')); // a name with a slash leads into folders
  auto at = known->second->lower_bound(first);
  return at != known->second->end() && at->starts_with(first);
}

names vars_file_cache::find(const std::string& folder, std::string_view name) {
  return may_hold(folder, name) ? find_vars_files(folder, name, extensions) : names{};
}

void vars_file_cache::forget_folders() {
  std::lock_guard lock(mutex_);
  folders_.clear();
}

core::expected<core::value> vars_file_cache::load(const std::string& path) {
  std::lock_guard lock(mutex_);
  if (auto it = known_.find(path); it != known_.end()) return it->second;
  auto doc = read_yaml_file(path);
  if (!doc) return doc.error();
  warnings_.insert(warnings_.end(), doc->warnings.begin(), doc->warnings.end());
  auto v = doc->root->val;
  if (!v.truthy()) v = core::value(core::dict{});
  if (!v.is_dict())
    return core::error("failed to combine variables, expected dicts but got a 'dict' and a '" +
                           std::string(type_name(v)) + "': \n{}\n" + core::to_repr(v).substr(0, 200),
                       doc->at(*doc->root));
  if (find_vault(v)) v = defuse(v, warnings_);
  known_.emplace(path, v);
  return v;
}

core::expected<void> vars_file_cache::merge(core::dict& into, const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    auto v = load(path);
    if (!v) return v.error();
    combine(into, v->as_dict(), merge_hashes);
  }
  return {};
}

std::vector<core::diagnostic> vars_file_cache::take_warnings() {
  std::lock_guard lock(mutex_);
  return std::move(warnings_);
}

} // namespace mito::playbook

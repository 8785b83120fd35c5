#include "pymodules/routing.hpp"

#include "core/python.hpp"
#include "pymodules/files.hpp"

namespace mito::pymodules {

namespace {

std::string text_of(const core::value& v) { return v.is_none() || (v.is_string() && v.as_string().empty()) ? std::string() : core::to_str(v); }

std::optional<route::notice> notice_of(const core::value& v) {
  if (!v.is_dict() || v.as_dict().empty()) return std::nullopt;
  route::notice n{text_of(v["warning_text"]), text_of(v["removal_version"]), text_of(v["removal_date"])};
  return n;
}

/// Display.get_deprecation_message behind its header.
std::string notice_text(std::string msg, const route::notice& n, const std::string& collection, bool removed) {
  if (!n.text.empty()) msg += " " + n.text;
  while (!msg.empty() && (msg.back() == ' ' || msg.back() == '\n')) msg.pop_back();
  if (msg.back() != '.' && msg.back() != '!' && msg.back() != '?') msg += '.';
  msg += removed ? " This feature was removed" : " This feature will be removed";
  if (!collection.empty()) msg += " from " + (collection == "ansible.builtin" ? std::string("ansible-core") : collection);
  if (!n.date.empty())
    msg += " in a release after " + n.date + ".";
  else if (!n.version.empty())
    msg += " in version " + n.version + ".";
  else
    msg += " in a future release.";
  return msg + (removed ? " Please update your playbooks."
                        : " Deprecation warnings can be disabled by setting deprecation_warnings=False in ansible.cfg.");
}

} // namespace

void routing::add_folder(std::string folder) {
  for (const auto& known : beside_playbooks_)
    if (known == folder) return;
  beside_playbooks_.push_back(std::move(folder));
  found_.clear();
  tables_.clear();
  texts_.clear();
}

const collection* routing::find(const std::string& name) {
  auto [at, fresh] = found_.try_emplace(name);
  if (!fresh) return at->second ? &*at->second : nullptr;
  if (name == "ansible.builtin") {
    at->second = collection{name, ""};
    return &*at->second;
  }
  auto dot = name.find('.');
  if (dot == name.npos || name.find('.', dot + 1) != name.npos) return nullptr;
  std::string below = name.substr(0, dot) + "/" + name.substr(dot + 1);
  std::vector<std::string> folders = beside_playbooks_;
  folders.insert(folders.end(), settings_.collections.begin(), settings_.collections.end());
  if (!settings_.core.empty()) folders.push_back(folder_of(settings_.core));
  for (const auto& f : folders) {
    std::string root = joined(base_name(f) == "ansible_collections" ? f : joined(f, "ansible_collections"), below);
    if (!is_folder(root)) continue;
    at->second = collection{name, std::move(root)};
    return &*at->second;
  }
  return nullptr;
}

core::expected<const core::value*> routing::table(const collection& c) {
  if (auto at = tables_.find(c.name); at != tables_.end()) return &at->second;
  auto& slot = tables_[c.name];
  std::string path = path_of(c);
  if (!is_file(path) || !settings_.read_yaml) return &slot;
  auto read = settings_.read_yaml(path);
  if (!read) return read.error();
  slot = (*read)["plugin_routing"];
  return &slot;
}

/// Reading a large table takes longer than a task: most names are not in it at all.
bool routing::mentions(const collection& c, const std::string& name) {
  auto [at, fresh] = texts_.try_emplace(c.name);
  if (fresh) at->second = read_file(path_of(c)).value_or("");
  return at->second.find(name + ":") != std::string::npos;
}

std::string routing::path_of(const collection& c) const {
  return c.root.empty() ? joined(settings_.core, "config/ansible_builtin_runtime.yml") : joined(c.root, "meta/runtime.yml");
}

core::expected<std::optional<route>> routing::entry(const collection& c, std::string_view kind, const std::string& name) {
  if (!mentions(c, name)) return std::optional<route>();
  auto t = table(c);
  if (!t) return t.error();
  const core::value& e = (**t)[kind][name];
  if (!e.is_dict()) return std::optional<route>();
  route r;
  r.redirect = text_of(e["redirect"]);
  r.action_plugin = text_of(e["action_plugin"]);
  r.deprecation = notice_of(e["deprecation"]);
  r.tombstone = notice_of(e["tombstone"]);
  return std::optional<route>(std::move(r));
}

std::string removed_text(const std::string& name, const route::notice& n, const std::string& collection) {
  return "[DEPRECATED]: " + notice_text(name + " has been removed.", n, collection, true);
}

std::string deprecated_text(const std::string& name, const route::notice& n, const std::string& collection) {
  return notice_text(name + " has been deprecated.", n, collection, false);
}

} // namespace mito::pymodules

#include "pymodules/finder.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::pymodules {

namespace {

constexpr std::string_view builtin = "ansible.builtin", legacy_prefix = "ansible.legacy.";

/// C.REJECT_EXTS and what MODULE_IGNORE_EXTS adds to them.
constexpr std::string_view default_ignored[] = {".pyc", ".pyo", ".swp", ".bak", "~", ".rpm", ".md", ".txt", ".rst", ".yaml", ".yml", ".ini"};

bool is_identifier(std::string_view s) {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  return std::all_of(s.begin(), s.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
  });
}

/// "ns.coll.name" or longer, all parts identifiers.
bool is_fqcr(std::string_view name) {
  auto parts = core::split(name, '.');
  return parts.size() >= 3 && std::all_of(parts.begin(), parts.end(), is_identifier);
}

bool contains(const std::vector<std::string>& list, std::string_view what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

void add_once(std::vector<std::string>& list, std::string what) {
  if (!contains(list, what)) list.push_back(std::move(what));
}

} // namespace

void finder::add_folder(const std::string& folder, bool playbook) {
  auto add = [&](std::vector<std::string>& to, const char* name) {
    if (auto path = joined(folder, name); is_folder(path)) add_once(to, std::move(path));
  };
  add(library_, "library");
  add(module_utils_, "module_utils");
  add(action_plugins_, "action_plugins");
  if (playbook) routing_.add_folder(joined(folder, "collections"));
  by_name_.clear();
  read_ = false;
}

std::vector<std::string> finder::module_utils_folders() const {
  std::vector<std::string> out = module_utils_;
  for (const auto& f : settings_.module_utils)
    if (is_folder(f)) add_once(out, f);
  if (!settings_.core.empty()) out.push_back(joined(settings_.core, "module_utils"));
  return out;
}

std::string finder::version() const {
  auto text = read_file(joined(settings_.core, "release.py"));
  if (!text) return {};
  auto at = text->find("__version__");
  auto open = at == text->npos ? at : text->find_first_of("'\"", at);
  if (open == text->npos) return {};
  return text->substr(open + 1, text->find((*text)[open], open + 1) - open - 1);
}

bool finder::ignored(const std::string& file) const {
  auto ends = [&](std::string_view e) { return file.ends_with(e); };
  if (!settings_.ignored_extensions.empty())
    return std::any_of(settings_.ignored_extensions.begin(), settings_.ignored_extensions.end(), ends);
  return std::any_of(std::begin(default_ignored), std::end(default_ignored), ends);
}

/// The first folder wins, and within one the first in order of names (Ansible takes the directory's own order).
void finder::read_folder(const std::string& folder, bool core) {
  for (const auto& file : files_in(folder)) {
    if (file.ends_with("__init__.py") || ignored(file)) continue;
    auto entry = std::make_pair(joined(folder, file), core);
    by_name_.try_emplace(split_extension(file).first, entry);
    by_name_.try_emplace(file, entry);
  }
}

/// Folders of the setting count two levels deep, as in Ansible.
void finder::read_folders() {
  if (read_) return;
  read_ = true;
  for (const auto& f : library_) read_folder(f, false);
  for (const auto& f : settings_.library) {
    std::vector<std::string> deeper;
    for (const auto& name : folders_in(f)) {
      read_folder(joined(f, name), false);
      for (const auto& inner : folders_in(joined(f, name))) deeper.push_back(joined(joined(f, name), inner));
    }
    for (const auto& d : deeper) read_folder(d, false);
    read_folder(f, false);
  }
  if (!settings_.core.empty()) read_folder(joined(settings_.core, "modules"), true);
}

bool finder::overridden(const std::string& name) {
  read_folders();
  auto at = by_name_.find(name.starts_with(legacy_prefix) ? name.substr(legacy_prefix.size()) : name);
  return at != by_name_.end() && !at->second.second;
}

core::expected<found_module> finder::find(const std::string& name, const std::vector<std::string>& collections) {
  search s;
  s.original = name;
  std::string next = name;
  auto found = step(s, next, collections);
  if (!found) return found;
  found->action_plugin = found->action_plugin.empty() ? action_of(*found, name) : found->action_plugin;
  found->deprecations = std::move(s.deprecations);
  return found;
}

core::expected<found_module> finder::step(search& s, const std::string& start, const std::vector<std::string>& collections) {
  std::string name = start;
  for (;;) {
    if (contains(s.chain, name)) {
      core::error e("plugin redirect loop resolving " + s.original);
      e.what().category = "missing";
      return e;
    }
    s.chain.push_back(name);
    std::vector<std::string> candidates;
    if (is_fqcr(name) || name.find('.') != name.npos || collections.empty())
      candidates.push_back(name);
    else
      for (const auto& c : collections) candidates.push_back(c + "." + name);
    std::string redirect;
    for (const auto& candidate : candidates) {
      bool old = !is_fqcr(candidate) || candidate.starts_with(legacy_prefix);
      auto plain = candidate.starts_with(legacy_prefix) ? candidate.substr(legacy_prefix.size()) : candidate;
      auto found = old ? legacy(s, plain, redirect) : in_collection(s, candidate, redirect);
      if (!found) return found.error();
      if (*found) return std::move(**found);
      if (!redirect.empty()) break;
    }
    if (redirect.empty()) return missing(s, collections);
    name = redirect;
  }
}

core::expected<std::optional<found_module>> finder::in_collection(search& s, const std::string& name, std::string& redirect) {
  auto parts = core::split(name, '.');
  std::string owner = std::string(parts[0]) + "." + std::string(parts[1]);
  std::string rest = name.substr(owner.size() + 1);
  const collection* c = routing_.find(owner);
  if (!c) return std::optional<found_module>();
  auto route = routing_.entry(*c, "modules", rest);
  if (!route) return route.error();
  found_module m;
  if (*route) {
    if ((*route)->deprecation) s.deprecations.push_back(deprecated_text(name, *(*route)->deprecation, owner));
    if ((*route)->tombstone) {
      core::error e(removed_text(name, *(*route)->tombstone, owner));
      e.what().category = "removed";
      return e;
    }
    if (!(*route)->redirect.empty()) {
      redirect = (*route)->redirect;
      return std::optional<found_module>();
    }
    m.action_plugin = (*route)->action_plugin;
  }
  m.name = name;
  m.collection = owner;
  m.builtin = c->root.empty();
  std::string below = rest;
  std::replace(below.begin(), below.end(), '.', '/');
  std::string folder = folder_of(joined(m.builtin ? joined(settings_.core, "modules") : joined(c->root, "plugins/modules"), below));
  std::string leaf = base_name(below);
  // An exact name, else the shortest extension.
  std::string best;
  for (const auto& file : files_in(folder)) {
    if (file != leaf && (!file.starts_with(leaf + ".") || ignored(file))) continue;
    if (best.empty() || file < best) best = file;
  }
  if (best.empty()) return std::optional<found_module>();
  m.path = joined(folder, best);
  return std::optional(std::move(m));
}

core::expected<std::optional<found_module>> finder::legacy(search& s, const std::string& name, std::string& redirect) {
  read_folders();
  for (const auto& n : {name, "_" + name}) {
    auto at = by_name_.find(n);
    if (at == by_name_.end() || (n != name && name.starts_with('_'))) continue;
    found_module m;
    m.path = at->second.first;
    m.builtin = at->second.second;
    m.collection = m.builtin ? std::string(builtin) : "";
    m.name = m.builtin ? std::string(builtin) + "." + n : n;
    if (n != name)
      s.deprecations.push_back(name + " is kept for backwards compatibility but usage is discouraged. The module documentation "
                                      "details page may explain more about this rationale. This feature will be removed in a "
                                      "future release. Deprecation warnings can be disabled by setting "
                                      "deprecation_warnings=False in ansible.cfg.");
    return std::optional(std::move(m));
  }
  if (name.find('.') != name.npos || !is_identifier(name) || settings_.core.empty()) return std::optional<found_module>();
  return in_collection(s, std::string(builtin) + "." + name, redirect);
}

/// Beside the playbook for plain names, else the collection's (or ansible-core's) own.
std::string finder::action_of(const found_module& m, const std::string& called_as) {
  std::string leaf = split_extension(base_name(m.path)).first;
  auto plain = called_as.starts_with(legacy_prefix) ? called_as.substr(legacy_prefix.size()) : called_as;
  if (plain.find('.') == plain.npos)
    for (const auto& folder : action_plugins_)
      if (auto path = joined(folder, plain + ".py"); is_file(path)) return path;
  if (m.collection.empty()) {
    // A user's module of that name still goes through ansible-core's action plugin.
    auto path = joined(settings_.core, "plugins/action/" + plain + ".py");
    return !settings_.core.empty() && is_file(path) ? path : std::string();
  }
  std::string folder = joined(settings_.core, "plugins/action");
  if (!m.builtin) {
    const collection* c = routing_.find(m.collection);
    folder = joined(c ? c->root : std::string(), "plugins/action");
  }
  auto path = joined(folder, leaf + ".py");
  return is_file(path) ? path : std::string();
}

core::error finder::missing(const search& s, const std::vector<std::string>& collections) const {
  core::error e(s.chain.size() > 1
                    ? "The module " + s.original + " was redirected to " + s.chain.back() + ", which could not be loaded."
                    : "The module " + s.original + " was not found in configured module paths");
  e.what().category = "missing";
  std::vector<std::string_view> names;
  for (const auto& [name, path] : by_name_) names.push_back(name);
  auto plain = s.original.substr(s.original.rfind('.') == s.original.npos ? 0 : s.original.rfind('.') + 1);
  auto near = core::nearest(plain, names);
  std::string hint = near.empty() ? std::string() : "did you mean '" + std::string(near) + "'? ";
  if (settings_.core.empty()) {
    hint += "no ansible-core is installed here: only native modules can be used";
  } else {
    std::vector<std::string> searched = library_;
    searched.insert(searched.end(), settings_.library.begin(), settings_.library.end());
    searched.push_back(joined(settings_.core, "modules"));
    hint += "searched " + core::join(searched, ", ");
    if (!collections.empty()) hint += "; collections " + core::join(collections, ", ");
    if (s.original.find('.') != s.original.npos) hint += "; collections below " + core::join(settings_.collections, ", ");
  }
  e.what().hint = std::move(hint);
  return e;
}

} // namespace mito::pymodules

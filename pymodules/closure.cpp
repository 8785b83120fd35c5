#include "pymodules/closure.hpp"

#include <algorithm>
#include <openssl/evp.h>
#include <set>

#include "core/text.hpp"
#include "pymodules/strip.hpp"

namespace mito::pymodules {

namespace {

constexpr std::string_view core_utils = "ansible.module_utils";
/// Names above and at module_utils: packages that have no file of their own.
constexpr std::size_t parts_above_collection_utils = 5;

/// The part of a dotted name behind its first `n` parts.
std::string_view behind(std::string_view name, std::size_t n) {
  for (; n > 0; --n) {
    auto dot = name.find('.');
    if (dot == name.npos) return {};
    name.remove_prefix(dot + 1);
  }
  return name;
}

std::size_t part_count(std::string_view name) { return static_cast<std::size_t>(std::count(name.begin(), name.end(), '.')) + 1; }

std::string_view parent_of(std::string_view name) {
  auto dot = name.rfind('.');
  return dot == name.npos ? std::string_view() : name.substr(0, dot);
}

std::string as_path(std::string_view dotted) {
  std::string out(dotted);
  std::replace(out.begin(), out.end(), '.', '/');
  return out;
}

/// What stands for a redirected name: the other module under this one's name.
std::string redirect_shim(std::string_view from, std::string_view to) {
  std::string out = "import sys\nimport ";
  out += to;
  out += " as mod\nsys.modules['";
  out += from;
  return out + "'] = mod\n";
}

/// "ns.coll.x.y" → "ansible_collections.ns.coll.plugins.module_utils.x.y".
std::string expanded(const std::string& target) {
  if (target.starts_with("ansible_collections")) return target;
  auto rest = behind(target, 2);
  if (rest.empty()) return {};
  std::string owner = target.substr(0, target.size() - rest.size() - 1);
  return "ansible_collections." + owner + ".plugins.module_utils." + std::string(rest);
}

/// "['a', 'b']" of the names that were tried.
std::string tried(const import_name& n) {
  std::string out = "['" + n.name + "'";
  bool both = n.ambiguous && part_count(n.name) > (n.name.starts_with("ansible_collections.") ? 6u : 3u);
  if (both) out += ", '" + std::string(parent_of(n.name)) + "'";
  return out + "]";
}

} // namespace

std::uint64_t digest_of(std::string_view bytes) {
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(bytes.data(), bytes.size(), sum, &length, EVP_sha256(), nullptr);
  std::uint64_t out = 0;
  for (int i = 0; i < 8; ++i) out = out << 8 | sum[i];
  return out;
}

source_ptr closure_builder::intern(std::string_view text, bool core) {
  std::string stripped = strip_source(text);
  // The mark is part of what it is: a user's copy of a core source is not imported ahead.
  auto digest = digest_of(stripped) ^ (core ? 0x9e3779b97f4a7c15u : 0u);
  auto& known = sources_[digest];
  if (!known) {
    auto s = std::make_shared<source>();
    s->digest = digest;
    s->text = std::move(stripped);
    s->core = core;
    known = std::move(s);
  }
  return known;
}

void closure_builder::forget() {
  folders_ = {};
  located_.clear();
  scanned_.clear();
}

const closure_builder::scanned& closure_builder::scan(const std::string& name, bool package, bool core, std::string_view text) {
  auto [at, fresh] = scanned_.try_emplace(name);
  if (fresh) at->second = {intern(text, core), scan_imports(text, name, package)};
  return at->second;
}

bool closure_builder::find_legacy(const std::string& name, located& out) {
  auto remainder = behind(name, 2);
  std::string folder(parent_of(remainder)), leaf(remainder.substr(folder.empty() ? 0 : folder.size() + 1));
  for (const auto& base : finder_.module_utils_folders()) {
    std::string inside = folder.empty() ? base : joined(base, as_path(folder));
    std::string package = joined(inside, leaf);
    std::string path;
    if (folders_.has_file(package, "__init__.py")) {
      path = joined(package, "__init__.py");
      out.package = true;
    } else if (folders_.has_file(inside, leaf + ".py")) {
      path = package + ".py";
      out.package = false;
    } else {
      continue;
    }
    auto text = read_file(path);
    if (!text) continue;
    out.found = true;
    out.core = base == joined(settings_.core, "module_utils");
    out.name = name;
    out.text = std::move(*text);
    return true;
  }
  return false;
}

bool closure_builder::find_in_collection(const std::string& name, located& out) {
  out.name = name;
  if (part_count(name) <= parts_above_collection_utils) {
    out.found = out.package = true;
    return true;
  }
  auto owner = name.substr(20, name.size() - 20 - behind(name, 3).size() - 1); // behind "ansible_collections."
  const collection* c = routing_.find(owner);
  if (!c || c->root.empty()) return false;
  std::string path = joined(c->root, as_path(behind(name, 3)));
  std::optional<std::string> text;
  if (is_folder(path)) {
    // Folders without an __init__.py are packages all the same.
    out.package = true;
    text = read_file(path + "/__init__.py").value_or("");
  } else if (is_file(path + ".py")) {
    out.package = false;
    text = read_file(path + ".py");
  }
  if (!text) return false;
  out.found = true;
  out.text = std::move(*text);
  return true;
}

/// True when the collection's routing sends this name elsewhere.
core::expected<bool> closure_builder::redirect(const std::string& owner, const std::string& name, const std::string& remainder,
                                               bool optional, located& out) {
  if (remainder.empty()) return false;
  const collection* c = routing_.find(owner);
  if (!c) {
    if (optional) return false;
    return core::error("error processing module_util " + name + " loading redirected collection " + owner +
                       ": unable to locate collection " + owner);
  }
  auto route = routing_.entry(*c, "module_utils", remainder);
  if (!route) return route.error();
  if (!*route) return false;
  if ((*route)->tombstone)
    return core::error(removed_text("module_util " + name, *(*route)->tombstone, owner));
  if ((*route)->redirect.empty()) return false;
  auto target = expanded((*route)->redirect);
  if (target.empty()) return core::error("invalid redirect for " + name + ": " + (*route)->redirect);
  out.found = out.package = out.redirected = true;
  out.name = name;
  out.text = redirect_shim(name, target);
  return true;
}

/// A user's file comes before a redirect of ansible-core's table.
core::expected<closure_builder::located> closure_builder::locate_legacy(const wanted& w) {
  located out;
  std::string name = w.what.name;
  // six makes its submodules when it is imported.
  bool six = name == "ansible.module_utils.six" || name.starts_with("ansible.module_utils.six.");
  std::vector<std::string> names{six ? "ansible.module_utils.six" : name};
  if (!six && w.what.ambiguous && part_count(name) > 3) names.emplace_back(parent_of(name));
  for (const auto& n : names) {
    if (find_legacy(n, out)) return out;
    auto sent = redirect("ansible.builtin", n, std::string(behind(n, 2)), w.what.optional, out);
    if (!sent) return sent.error();
    if (*sent) return out;
  }
  if (w.child_is_redirected) {
    out.found = out.package = true;
    out.name = names.back();
  }
  return out;
}

core::expected<closure_builder::located> closure_builder::locate_in_collection(const wanted& w) {
  located out;
  const std::string& name = w.what.name;
  auto tail = behind(name, 3);
  if (part_count(name) >= 6 && !tail.starts_with("plugins.module_utils"))
    return core::error("can only locate below ansible_collections.(ns).(coll).plugins.module_utils, got " + name);
  std::vector<std::string> names{name};
  if (w.what.ambiguous && part_count(name) > 6) names.emplace_back(parent_of(name));
  for (const auto& n : names) {
    auto remainder = std::string(behind(n, 5));
    auto above = behind(n, 3);
    std::string owner = above.empty() ? std::string() : n.substr(20, n.size() - 20 - above.size() - 1);
    auto sent = redirect(owner, n, remainder, w.what.optional, out);
    if (!sent) return sent.error();
    if (*sent || find_in_collection(n, out)) return out;
  }
  if (w.child_is_redirected) {
    out.found = out.package = true;
    out.name = names.back();
  }
  return out;
}

core::expected<closure_builder::located> closure_builder::locate(const wanted& w) {
  std::string key = w.what.name + (w.what.ambiguous ? "?" : "!") + (w.what.optional ? "o" : "r") + (w.child_is_redirected ? "c" : "");
  if (auto at = located_.find(key); at != located_.end()) return at->second;
  bool old = w.what.name == core_utils || w.what.name.starts_with(std::string(core_utils) + ".");
  auto found = old ? locate_legacy(w) : locate_in_collection(w);
  if (found) located_[key] = *found;
  return found;
}

core::expected<closure_ptr> closure_builder::build(const std::string& fqn, std::string_view text) {
  std::unordered_map<std::string, closure::member> members;
  auto add = [&](const std::string& name, bool package, source_ptr what) {
    members.try_emplace(name, closure::member{name, package, std::move(what)});
  };
  std::string extend = "from pkgutil import extend_path\n__path__=extend_path(__path__,__name__)\n";
  std::string author = "Ansible, Inc.";
  add("ansible", true, intern(extend + "__version__=\"" + finder_.version() + "\"\n__author__=\"" + author + "\"\n", false));
  add("ansible.module_utils", true, intern(extend, false));
  // Ansible always sends basic: the arguments are handed over in it.
  std::vector<wanted> queue{{{"ansible.module_utils.basic", false, false}, false}};
  // From 2.19 on, basic is started by a loader that finds the JSON profiles by name.
  constexpr std::string_view started_by_name[] = {"_ansiballz._loader", "_ansiballz._respawn_wrapper", "_json._profiles._module_legacy_c2m",
                                                  "_json._profiles._module_legacy_m2c"};
  for (auto name : started_by_name) queue.push_back({{"ansible.module_utils._internal." + std::string(name), false, true}, false});
  for (auto& n : scan_imports(text, fqn, false)) queue.push_back({n, false});
  for (std::size_t at = 0; at < queue.size(); ++at) {
    wanted w = queue[at];
    if (members.contains(w.what.name)) continue;
    auto found = locate(w);
    if (!found) return found.error();
    if (!found->found) {
      if (w.what.optional) continue;
      return core::error("Could not find imported module support code for " + fqn + ".  Looked for (" + tried(w.what) + ")");
    }
    if (members.contains(found->name)) continue;
    auto& scanned = scan(found->name, found->package, found->core, found->text);
    add(found->name, found->package, scanned.what);
    for (auto& n : scanned.imports)
      if (!members.contains(n.name)) queue.push_back({n, false});
    for (auto parent = parent_of(found->name); !parent.empty(); parent = parent_of(parent))
      if (!members.contains(std::string(parent))) queue.push_back({{std::string(parent), false, w.what.optional}, found->redirected});
  }
  add(fqn, false, intern(text, false));
  for (auto parent = parent_of(fqn); !parent.empty(); parent = parent_of(parent)) add(std::string(parent), true, intern("", false));
  auto out = std::make_shared<closure>();
  out->fqn = fqn;
  for (auto& [name, m] : members) out->members.push_back(std::move(m));
  std::sort(out->members.begin(), out->members.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string all = fqn;
  for (const auto& m : out->members) all += "\n" + m.name + (m.package ? " p " : " m ") + std::to_string(m.what->digest);
  out->digest = digest_of(all);
  return closure_ptr(std::move(out));
}

} // namespace mito::pymodules

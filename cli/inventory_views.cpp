#include "cli/inventory_views.hpp"

#include "cli/key_order.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/yaml/node.hpp"

namespace mito::cli {

namespace {

using core::value;
using playbook::group_id;
using playbook::host_id;
using playbook::inventory;

/// Names that ansible-inventory never shows.
constexpr std::string_view internal[] = {
    "ansible_diff_mode",        "ansible_config_file", "ansible_facts",      "ansible_forks",
    "ansible_inventory_sources", "ansible_limit",       "ansible_playbook_python", "ansible_run_tags",
    "ansible_skip_tags",        "ansible_verbosity",   "ansible_version",    "inventory_dir",
    "inventory_file",           "inventory_hostname",  "inventory_hostname_short", "groups",
    "group_names",              "omit",                "playbook_dir"};

core::dict without_internal(core::dict d) {
  for (auto name : internal) d.erase(name);
  return d;
}

/// "  |  |--name".
void add_line(std::string& out, const std::string& name, unsigned depth) {
  if (!out.empty()) out += '\n';
  for (unsigned i = 0; i < depth; ++i) out += "  |";
  out += (depth ? "--" : "") + name;
}

core::expected<void> add_vars(std::string& out, const core::dict& vars, unsigned depth) {
  auto entries = entries_of(vars);
  if (!sort_entries(entries)) return core::error("variables cannot be sorted: some names are texts and some are not");
  for (const auto* e : entries) add_line(out, "{" + core::to_str(e->key) + " = " + core::to_str(e->val) + "}", depth);
  return {};
}

void set_unless_empty(core::dict& into, std::string_view name, core::value v) {
  if (v.truthy()) into.set(name, std::move(v));
}

} // namespace

const inventory& inventory_views::hosts() {
  if (!copied_) store_.read_inventory([&](const inventory& i) { hosts_copy_ = i; });
  copied_ = true;
  return hosts_copy_;
}

void inventory_views::limit_to(const std::vector<host_id>& chosen) {
  limited_ = true;
  limit_.assign(hosts().hosts().size(), false);
  for (auto h : chosen)
    if (h < limit_.size()) limit_[h] = true;
}

group_id inventory_views::find_group(const std::string& name) { return hosts().find_group(name); }

core::expected<core::dict> inventory_views::host_variables(host_id h) {
  auto vars = options_.for_export ? store_.host_vars(h, options_.with_playbook) : store_.flat_vars(h);
  if (!vars) return vars.error();
  return without_internal(std::move(*vars));
}

core::expected<core::dict> inventory_views::group_variables(group_id g) {
  auto vars = store_.group_vars(g, options_.with_playbook);
  if (!vars) return vars.error();
  if (auto priority = hosts().group_at(g).priority; priority != 1) vars->set("ansible_group_priority", value(priority));
  return without_internal(std::move(*vars));
}

core::expected<value> inventory_views::of_host(host_id h) {
  auto vars = host_variables(h);
  if (!vars) return vars.error();
  return value(std::move(*vars));
}

core::expected<void> inventory_views::add_json_group(group_id g, core::dict& into, std::vector<bool>& seen) {
  const auto& group = hosts().group_at(g);
  core::dict said;
  core::list members, children;
  into.set(group.name, value()); // its place, for output that cannot be sorted
  if (g != inventory::all)
    for (auto h : group.hosts)
      if (shown(h)) members.emplace_back(hosts().at(h).name, core::trust::source);
  for (auto child : group.children) {
    children.emplace_back(hosts().group_at(child).name, core::trust::source);
    if (seen[child]) continue;
    if (auto ok = add_json_group(child, into, seen); !ok) return ok;
    seen[child] = true;
  }
  set_unless_empty(said, "hosts", value(std::move(members)));
  set_unless_empty(said, "children", value(std::move(children)));
  if (options_.for_export) {
    auto vars = group_variables(g);
    if (!vars) return vars.error();
    set_unless_empty(said, "vars", value(std::move(*vars)));
  }
  if (said.empty())
    into.erase(group.name);
  else
    into.set(group.name, value(std::move(said)));
  return {};
}

core::expected<value> inventory_views::as_json() {
  core::dict out, hostvars;
  std::vector<bool> seen(hosts().groups().size());
  if (auto ok = add_json_group(inventory::all, out, seen); !ok) return ok.error();
  auto chosen = playbook::select_hosts(hosts(), value("all")); // which a host of that name can be, too
  if (!chosen) return chosen.error();
  for (auto h : chosen->hosts) {
    if (!shown(h)) continue;
    auto vars = host_variables(h);
    if (!vars) return vars.error();
    set_unless_empty(hostvars, hosts().at(h).name, value(std::move(*vars)));
  }
  out.set("_meta", value(core::dict{{value("hostvars"), value(std::move(hostvars))}}));
  return value(std::move(out));
}

core::expected<core::dict> inventory_views::yaml_group(group_id g, std::vector<bool>& seen) {
  core::dict said, children, members;
  for (auto child : hosts().group_at(g).children) {
    auto inner = yaml_group(child, seen);
    if (!inner) return inner;
    children.set(hosts().group_at(child).name, value(std::move(*inner)));
  }
  if (g != inventory::all)
    for (auto h : hosts().group_at(g).hosts) {
      if (!shown(h)) continue;
      core::dict vars;
      if (!seen[h]) { // variables once are enough
        auto all = host_variables(h);
        if (!all) return all;
        vars = std::move(*all);
      }
      seen[h] = true;
      members.set(hosts().at(h).name, value(std::move(vars)));
    }
  set_unless_empty(said, "children", value(std::move(children)));
  set_unless_empty(said, "hosts", value(std::move(members)));
  if (options_.for_export) {
    auto vars = group_variables(g);
    if (!vars) return vars;
    set_unless_empty(said, "vars", value(std::move(*vars)));
  }
  return said;
}

core::expected<value> inventory_views::as_yaml() {
  std::vector<bool> seen(hosts().hosts().size());
  auto all = yaml_group(inventory::all, seen);
  if (!all) return all.error();
  return value(core::dict{{value("all"), value(std::move(*all))}});
}

core::expected<void> inventory_views::graph_group(std::string& out, group_id g, unsigned depth, bool with_vars) {
  const auto& group = hosts().group_at(g);
  add_line(out, "@" + group.name + ":", depth);
  ++depth;
  for (auto child : group.children)
    if (auto ok = graph_group(out, child, depth, with_vars); !ok) return ok;
  if (g != inventory::all)
    for (auto h : group.hosts) {
      add_line(out, hosts().at(h).name, depth);
      if (!with_vars) continue;
      auto vars = host_variables(h);
      if (!vars) return vars.error();
      if (auto ok = add_vars(out, *vars, depth + 1); !ok) return ok;
    }
  if (!with_vars) return {};
  auto vars = group_variables(g);
  if (!vars) return vars.error();
  return add_vars(out, *vars, depth);
}

core::expected<std::string> inventory_views::graph(group_id start, bool with_vars) {
  std::string out;
  if (auto ok = graph_group(out, start, 0, with_vars); !ok) return ok.error();
  return out;
}

namespace {

/// A value with Ansible's marks in it, and its keys as JSON has them, sorted if that is possible.
class json_preparer {
public:
  bool sorted = true;     ///< false: two keys of one mapping do not compare
  std::string unfit;      ///< type of a value that JSON cannot hold

  value prepare(const value& v) {
    switch (v.kind()) {
    case core::kind::string:
      return v.trust() == core::trust::data ? marked("__ansible_unsafe", v) : v;
    case core::kind::bytes:
      return refuse(v);
    case core::kind::list:
      if (v.subtype() == core::subtype::set) return unfit = "set", value();
      [[fallthrough]];
    case core::kind::tuple: {
      core::list items;
      for (const auto& i : v.as_list()) items.push_back(prepare(i));
      return value(std::move(items));
    }
    case core::kind::dict:
      return mapping(v.as_dict());
    case core::kind::object:
      if (const auto* vault = playbook::find_vault(v)) return marked("__ansible_vault", value(vault->ciphertext()));
      return refuse(v);
    default:
      return v;
    }
  }

private:
  static value marked(std::string_view mark, const value& v) { return value(core::dict{{value(mark), v}}); }
  value refuse(const value& v) {
    unfit = core::type_name(v);
    return {};
  }

  value mapping(const core::dict& d) {
    auto entries = entries_of(d);
    if (sorted) sorted = sort_entries(entries);
    core::dict out;
    out.reserve(entries.size());
    for (const auto* e : entries) out.set_key(e->key, prepare(e->val));
    return value(std::move(out));
  }
};

} // namespace

core::expected<std::string> inventory_json(const value& v, std::string& warning) {
  json_preparer first;
  auto prepared = first.prepare(v);
  if (!first.sorted) {
    // One mapping that cannot be sorted leaves all of them unsorted.
    json_preparer again;
    again.sorted = false;
    prepared = again.prepare(v);
    warning = "Could not sort JSON output due to issues while sorting keys: '<' not supported between instances of 'str' and 'int'";
  }
  if (!first.unfit.empty()) return core::error("Object of type " + first.unfit + " is not JSON serializable");
  return core::to_json(prepared, {.spaced = true, .indent = 4});
}

} // namespace mito::cli

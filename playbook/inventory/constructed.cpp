// The inventory plugin `constructed`: variables and groups from expressions over what other sources said.
#include "playbook/inventory/constructed.hpp"

#include <algorithm>
#include <filesystem>

#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/merge.hpp"
#include "playbook/variables/magic.hpp"
#include "playbook/variables/vars_folders.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

using core::value;

core::dict composer::with_extra(const core::dict& vars) const {
  if (!options_.use_extra_vars) return vars;
  auto all = vars;
  combine(all, r_.options.extra_vars, r_.options.rules.merge_hashes);
  return all;
}

core::expected<value> composer::value_of(const value& expression, const core::dict& vars) const {
  templating::dict_scope scope(with_extra(vars));
  return without_lookups_.render(value("{{" + core::to_str(expression) + "}}", core::trust::source), scope);
}

core::expected<bool> composer::holds(const value& condition, const core::dict& vars) const {
  templating::dict_scope scope(vars);
  auto text = "{% if " + core::to_str(condition) + " %} True {% else %} False {% endif %}";
  auto v = r_.options.templar->render(value(text, core::trust::source), scope);
  if (!v) return v.error();
  return core::lower(core::trim(core::to_str(*v))) == "true";
}

core::expected<value> composer::rendered(const value& text, const core::dict& vars) const {
  templating::dict_scope scope(with_extra(vars));
  return r_.options.templar->render(text, scope);
}

namespace {

/// Reads the options with the types that the plugin's documentation gives them.
class option_reader {
public:
  explicit option_reader(const yaml_document& doc) : doc_(doc) {}

  void read(std::string_view name, bool& into) const {
    if (const auto* m = doc_.root->find(name); m && !m->node->val.is_none())
      into = engine::to_boolean(m->node->val).value_or(false);
  }
  core::expected<void> read(std::string_view name, core::dict& into) const {
    const auto* m = doc_.root->find(name);
    if (!m || m->node->val.is_none()) return {};
    if (!m->node->val.is_dict()) return refuse(*m, "a dictionary");
    into = m->node->val.as_dict();
    return {};
  }
  core::expected<void> read(std::string_view name, core::list& into) const {
    const auto* m = doc_.root->find(name);
    if (!m || m->node->val.is_none()) return {};
    if (m->node->val.is_dict()) return refuse(*m, "a list");
    into = m->node->val.is_list() ? m->node->val.as_list() : core::list{m->node->val};
    return {};
  }

private:
  core::error refuse(const yaml_member& m, const std::string& wanted) const {
    return core::error("'" + core::to_str(m.key) + "' must be " + wanted + ", got " + core::to_repr(m.node->val), doc_.at(m.where));
  }
  const yaml_document& doc_;
};

core::expected<constructed_options> read_options(const reading& r) {
  auto doc = read_yaml_file(r.source);
  if (!doc) return doc.error();
  const auto& root = doc->root->val;
  if (!root.truthy()) return source_error(r.source + " is empty");
  if (!root.is_dict())
    return source_error("inventory source has invalid structure, it should be a dictionary, got: " + std::string(type_name(root)));
  if (root["plugin"].as_string() != r.format)
    return source_error("Incorrect plugin name in file: " + (root.as_dict().contains("plugin") ? core::to_str(root["plugin"]) : "none found"));
  constructed_options out;
  out.use_extra_vars = r.options.use_extra_vars;
  option_reader options(*doc);
  options.read("strict", out.strict);
  options.read("use_extra_vars", out.use_extra_vars);
  options.read("leading_separator", out.leading_separator);
  options.read("use_vars_plugins", out.use_vars_plugins);
  if (auto ok = options.read("compose", out.compose); !ok) return ok.error();
  if (auto ok = options.read("groups", out.groups); !ok) return ok.error();
  if (auto ok = options.read("keyed_groups", out.keyed_groups); !ok) return ok.error();
  return out;
}

/// Applies one source to all hosts that are there.
class constructor {
public:
  constructor(reading& r, const constructed_options& options) : r_(r), options_(options), compose_(r, options) {
    files_.extensions = r.options.yaml_extensions;
    files_.merge_hashes = r.options.rules.merge_hashes;
  }

  core::expected<void> run() {
    auto hosts = r_.hosts.listed();
    for (auto h : hosts)
      if (auto ok = one_host(h); !ok) return ok;
    return {};
  }

private:
  /// What expressions see: group variables, host variables and magic ones, cached facts. The group `all` counts only where
  /// a source has put the host below it: the inventory is not complete yet.
  core::expected<core::dict> vars_of(host_id h) {
    bool deep = r_.options.rules.merge_hashes;
    core::dict out;
    auto groups = r_.hosts.reached_groups(h);
    for (auto g : groups) combine(out, r_.hosts.group_at(g).vars, deep);
    if (options_.use_vars_plugins)
      if (auto ok = from_folders(out, groups); !ok) return ok.error();
    const auto& host = r_.hosts.at(h);
    combine(out, host.vars, deep);
    combine(out, host_magic(r_.hosts, h).as_dict(), deep);
    if (options_.use_vars_plugins)
      if (auto ok = from_folder(out, "host_vars", host.name); !ok) return ok.error();
    if (r_.options.cached_facts) combine(out, core::as_data(value(r_.options.cached_facts(host.name))).as_dict(), deep);
    return out;
  }

  core::expected<void> from_folders(core::dict& out, const std::vector<group_id>& groups) {
    for (auto g : groups)
      if (auto ok = from_folder(out, "group_vars", r_.hosts.group_at(g).name); !ok) return ok;
    return {};
  }

  core::expected<void> from_folder(core::dict& out, const std::string& kind, const std::string& name) {
    for (const auto& source : r_.read_before) {
      std::error_code code;
      if (!std::filesystem::exists(source, code)) continue; // a host list
      auto folder = std::filesystem::path(source).parent_path().string() + "/" + kind;
      if (auto ok = files_.merge(out, files_.find(folder, name)); !ok) return ok;
    }
    return {};
  }

  core::expected<void> one_host(host_id h) {
    std::string name = r_.hosts.at(h).name;
    auto vars = vars_of(h);
    if (!vars) return vars.error();
    for (const auto& e : options_.compose) {
      auto v = compose_.value_of(e.val, *vars);
      if (!v && !options_.strict) continue;
      if (!v)
        return source_error("Could not set " + core::to_str(e.key) + " for host " + name + ": " + v.error().message());
      if (auto ok = r_.hosts.set_variable(name, e.key, std::move(*v)); !ok) return ok;
    }
    // Once more: there may be new ones now.
    vars = vars_of(h);
    if (!vars) return vars.error();
    if (auto ok = add_groups(name, *vars); !ok) return ok;
    return add_keyed_groups(r_.hosts, name, *vars, options_, compose_);
  }

  core::expected<void> add_groups(const std::string& host, const core::dict& vars) {
    for (const auto& e : options_.groups) {
      auto group = safe_group_name(core::to_str(e.key));
      auto member = compose_.holds(e.val, vars);
      if (!member && options_.strict)
        return source_error("Could not add host " + host + " to group " + group + ": " + member.error().message());
      if (!member || !*member) continue;
      if (group.empty()) return source_error("Invalid empty/false group name provided: ");
      auto id = r_.hosts.add_group(group);
      if (auto ok = r_.hosts.add_child(id, std::string_view(host)); !ok) return ok;
    }
    return {};
  }

  reading& r_;
  const constructed_options& options_;
  composer compose_;
  vars_file_cache files_;
};

} // namespace

bool wants_constructed(const reading& r) {
  if (!is_readable_file(r)) return false;
  auto extension = extension_of(r.source);
  const auto& known = r.options.yaml_extensions;
  return extension.empty() || extension == ".config" || std::find(known.begin(), known.end(), extension) != known.end();
}

core::expected<void> read_constructed_source(reading& r) {
  auto options = read_options(r);
  if (!options) return options.error();
  if (!r.options.templar) return source_error(r.source + ": templates cannot be evaluated here");
  auto ok = constructor(r, *options).run();
  return ok ? std::move(ok) : source_error("failed to parse " + r.source + ": " + ok.error().message());
}

} // namespace mito::playbook

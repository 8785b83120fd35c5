// YAML inventories and host lists.
#include "core/text.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

class yaml_reader {
public:
  yaml_reader(inventory& into, const yaml_document& doc, std::vector<core::diagnostic>& warnings)
      : into_(into), doc_(doc), warnings_(warnings) {}

  core::expected<void> read() {
    const auto& root = *doc_.root;
    if (!root.val.truthy()) return fail("Parsed empty YAML file", root.where);
    if (!root.val.is_dict())
      return fail("YAML inventory has invalid structure, it should be a dictionary, got: " +
                      std::string(type_name(root.val)),
                  root.where);
    if (auto* plugin = root.find("plugin"); plugin && plugin->node->val.truthy()) {
      auto e = fail("inventory plugins are not supported yet: '" +
                        std::string(plugin->node->val.as_string()) + "'",
                    plugin->where);
      e.what().category = "unsupported";
      return e;
    }
    for (const auto& m : root.members)
      if (auto ok = group(m); !ok) return ok.error();
    return {};
  }

private:
  core::error fail(std::string what, yaml_mark at) const {
    core::error e(std::move(what), doc_.at(at));
    e.what().category = "inventory";
    return e;
  }
  void warn(std::string text, yaml_mark at) {
    warnings_.push_back({core::severity::warning, std::move(text), doc_.at(at), {}, {}, "inventory"});
  }

  core::expected<group_id> group(const yaml_member& m) {
    if (!m.key.is_string() || m.key.as_string().empty())
      return fail("Invalid group name supplied, expected a string but got " + std::string(type_name(m.key)),
                  m.where);
    std::string name(m.key.as_string());
    const auto& body = *m.node;
    if (!body.val.is_dict() && !body.val.is_none()) {
      warn("Skipping '" + name + "' as this is not a valid group definition", m.where);
      return into_.find_group(name);
    }
    if (into_.find_group(name) == no_id) check_group_name(name, warnings_);
    auto id = into_.add_group(name);
    for (const auto& section : body.members)
      if (auto ok = one_section(id, name, section); !ok) return ok.error();
    return id;
  }

  core::expected<void> one_section(group_id id, const std::string& name, const yaml_member& section) {
    auto key = section.key.is_string() ? section.key.as_string() : std::string_view();
    bool known = key == "vars" || key == "children" || key == "hosts";
    const auto& v = section.node->val;
    if (known && v.is_string())
      return named(id, key, yaml_member{v, section.node->where, std::make_shared<yaml_node>()});
    if (v.is_none()) return {};
    if (!v.is_dict()) {
      if (known)
        return fail("Invalid \"" + std::string(key) + "\" entry for \"" + name +
                        "\" group, requires a dictionary, found \"" + std::string(type_name(v)) +
                        "\" instead.",
                    section.where);
      warn("Skipping key (" + std::string(key) + ") in group (" + name +
               ") as it is not a mapping, it is a " + std::string(type_name(v)),
           section.where);
      return {};
    }
    if (!known) {
      warn("Skipping unexpected key (" + std::string(key) + ") in group (" + name +
               "), only \"vars\", \"children\" and \"hosts\" are valid",
           section.where);
      return {};
    }
    for (const auto& m : section.node->members)
      if (auto ok = named(id, key, m); !ok) return ok;
    return {};
  }

  core::expected<void> named(group_id id, std::string_view section, const yaml_member& m) {
    if (section == "vars") {
      if (m.key.is_string()) into_.set_group_var(id, m.key.as_string(), m.node->val);
      return {};
    }
    if (section == "hosts") return host(id, m);
    auto child = group(m);
    if (!child) return child.error();
    if (*child == no_id) return fail("child is not a known group", m.where);
    if (auto ok = into_.add_child(id, *child); !ok) return fail(ok.error().message(), m.where);
    return {};
  }

  core::expected<void> host(group_id id, const yaml_member& m) {
    if (!m.key.is_string())
      return fail("Host pattern must be a string. Enclose integers/floats in quotation marks.", m.where);
    auto [pattern, port] = split_port(m.key.as_string());
    auto names = expand_range(pattern);
    if (!names) return fail(names.error().message(), m.where);
    const auto& vars = m.node->val;
    if (vars.truthy() && !vars.is_dict())
      return fail("Invalid data from file, expected dictionary and got:\n\n" + std::string(type_name(vars)),
                  m.where);
    for (const auto& name : *names) {
      auto h = into_.add_host(name);
      into_.add_to_group(h, id);
      if (port) into_.set_host_var(h, "ansible_port", core::value(static_cast<std::int64_t>(port)));
      for (const auto& e : vars.as_dict())
        if (e.key.is_string()) into_.set_host_var(h, e.key.as_string(), e.val);
    }
    return {};
  }

  inventory& into_;
  const yaml_document& doc_;
  std::vector<core::diagnostic>& warnings_;
};

} // namespace

core::expected<void> read_yaml_inventory(inventory& into, std::string_view text, const std::string& name,
                                         std::vector<core::diagnostic>& warnings, const keyring_handle& vault) {
  yaml_options options;
  options.json_first = false;
  options.vault = vault;
  auto doc = read_yaml_text(name, std::string(text), options);
  if (!doc) return doc.error();
  warnings.insert(warnings.end(), doc->warnings.begin(), doc->warnings.end());
  return yaml_reader(into, *doc, warnings).read();
}

core::expected<void> read_host_list(inventory& into, std::string_view list) {
  for (auto piece : core::split(list, ',')) {
    auto name = core::trim(piece);
    if (name.empty()) continue;
    auto split = split_port(name);
    // Ranges belong to another plugin; here the whole text is the name.
    if (split.host.find('[') != std::string::npos) split = {std::string(name), 0};
    if (into.find_host(split.host) != no_id) continue;
    auto h = into.add_host(split.host);
    into.add_to_group(h, inventory::ungrouped);
    if (split.port) into.set_host_var(h, "ansible_port", core::value(static_cast<std::int64_t>(split.port)));
  }
  return {};
}

} // namespace mito::playbook

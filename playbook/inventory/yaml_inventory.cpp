// YAML inventories, as ansible.builtin.yaml reads them.
#include <algorithm>

#include "core/python.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

constexpr std::string_view sections[] = {"vars", "children", "hosts"};

class yaml_reader {
public:
  yaml_reader(inventory& into, const yaml_document& doc) : into_(into), doc_(doc) {}

  core::expected<void> read() {
    const auto& root = *doc_.root;
    if (!root.val.truthy()) return fail("Parsed empty YAML file", root.where);
    if (!root.val.is_dict())
      return fail("YAML inventory has invalid structure, it should be a dictionary, got: " + std::string(type_name(root.val)),
                  root.where);
    if (auto* plugin = root.find("plugin"); plugin && plugin->node->val.truthy())
      return fail("Plugin configuration YAML file, not YAML inventory", plugin->where);
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
  core::expected<void> placed(core::expected<void> done, yaml_mark at) const {
    return done ? std::move(done) : fail(done.error().message(), at);
  }
  void warn(std::string text) { into_.say(core::severity::warning, std::move(text)); }

  /// Reads one group and gives the name that it has now.
  core::expected<std::string> group(const yaml_member& m) {
    const auto& body = *m.node;
    if (!body.val.is_dict() && !body.val.is_none()) {
      warn("Skipping '" + core::to_str(m.key) + "' as this is not a valid group definition");
      return core::to_str(m.key);
    }
    if (!m.key.truthy()) return fail("Invalid empty/false group name provided: " + core::to_str(m.key), m.where);
    if (!m.key.is_string())
      return fail("Invalid group name supplied, expected a string but got " + std::string(type_name(m.key)) + " for " +
                      core::to_str(m.key),
                  m.where);
    auto id = into_.add_group(m.key.as_string());
    std::string name = into_.group_at(id).name;
    for (auto key : sections)
      if (auto ok = check_section(name, key, body); !ok) return ok.error();
    for (const auto& section : body.members)
      if (auto ok = one_section(id, name, section); !ok) return ok.error();
    return name;
  }

  core::expected<void> check_section(const std::string& name, std::string_view key, const yaml_node& body) const {
    const auto* section = body.find(key);
    if (!section) return {};
    const auto& v = section->node->val;
    if (v.is_string() || v.is_none() || v.is_dict()) return {};
    return fail("Invalid \"" + std::string(key) + "\" entry for \"" + name + "\" group, requires a dictionary, found \"" +
                    std::string(type_name(v)) + "\" instead.",
                section->where);
  }

  core::expected<void> one_section(group_id id, const std::string& name, const yaml_member& section) {
    auto key = section.key.is_string() ? section.key.as_string() : std::string_view();
    bool known = std::find(std::begin(sections), std::end(sections), key) != std::end(sections);
    const auto& v = section.node->val;
    if (known && v.is_string()) // a lone name
      return named(id, key, yaml_member{v, section.node->where, std::make_shared<yaml_node>()});
    if (v.is_none()) {
      into_.say(core::severity::note, "Skipping empty key (" + core::to_str(section.key) + ") in group (" + name + ")", "vvv");
      return {};
    }
    if (!v.is_dict()) {
      warn("Skipping key (" + core::to_str(section.key) + ") in group (" + name + ") as it is not a mapping, it is a " +
           std::string(type_name(v)));
      return {};
    }
    if (!known) {
      warn("Skipping unexpected key (" + core::to_str(section.key) + ") in group (" + name +
           "), only \"vars\", \"children\" and \"hosts\" are valid");
      return {};
    }
    for (const auto& m : section.node->members)
      if (auto ok = named(id, key, m); !ok) return ok;
    return {};
  }

  core::expected<void> named(group_id id, std::string_view section, const yaml_member& m) {
    if (section == "vars") return placed(into_.set_group_var(id, m.key, m.node->val), m.where);
    if (section == "hosts") return host(id, m);
    auto child = group(m);
    if (!child) return child.error();
    return placed(into_.add_child(id, std::string_view(*child)), m.where);
  }

  core::expected<void> host(group_id id, const yaml_member& m) {
    if (!m.key.is_string())
      return fail("Host pattern " + core::to_str(m.key) + " must be a string. Enclose integers/floats in quotation marks.",
                  m.where);
    auto hosts = expand_host_pattern(m.key.as_string());
    if (!hosts) return fail(hosts.error().message(), m.where);
    const auto& vars = m.node->val;
    if (vars.truthy() && !vars.is_dict())
      return fail("Invalid data from file, expected dictionary and got:\n\n" + core::to_str(vars), m.where);
    for (const auto& name : hosts->names) {
      if (name.empty()) return fail("Invalid empty host name provided: ", m.where);
      into_.add_to_group(into_.add_host(name, hosts->port), id);
      for (const auto& e : vars.as_dict())
        if (auto ok = into_.set_variable(name, e.key, e.val); !ok) return placed(std::move(ok), m.where);
    }
    return {};
  }

  inventory& into_;
  const yaml_document& doc_;
};

core::expected<void> read_document(inventory& into, const core::expected<yaml_document>& doc) {
  if (!doc) return doc.error();
  for (const auto& w : doc->warnings) into.say(w.severity, w.message);
  return yaml_reader(into, *doc).read();
}

} // namespace

core::expected<void> read_yaml_inventory(inventory& into, std::string_view text, const std::string& name) {
  return read_document(into, read_yaml_text(name, std::string(text)));
}

bool wants_yaml(const reading& r) {
  const auto& own = r.options.yaml_inventory_extensions;
  const auto& known = own.empty() ? r.options.yaml_extensions : own;
  auto extension = extension_of(r.source);
  return is_readable_file(r) && (extension.empty() || std::find(known.begin(), known.end(), extension) != known.end());
}

core::expected<void> read_yaml_source(reading& r) { return read_document(r.hosts, read_yaml_file(r.source)); }

} // namespace mito::playbook

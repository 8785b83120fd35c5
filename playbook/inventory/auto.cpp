// `auto`: YAML files whose `plugin` key names the plugin that they configure.
#include "core/python.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

bool wants_auto(const reading& r) {
  return (r.source.ends_with(".yml") || r.source.ends_with(".yaml")) && is_readable_file(r);
}

core::expected<void> read_auto_source(reading& r) {
  auto doc = read_yaml_file(r.source);
  if (!doc) return doc.error();
  const auto* plugin = doc->root->find("plugin");
  if (!plugin || !plugin->node->val.truthy())
    return source_error("no root 'plugin' key found, '" + r.source + "' is not a valid YAML inventory plugin config file");
  const auto& name = plugin->node->val;
  if (!name.is_string())
    return core::error("the key 'plugin' must be a plugin's name, got " + core::to_repr(name), doc->at(plugin->where));
  r.format = name.as_string();
  const auto* format = find_format(r.format);
  if (format && !format->wants(r))
    return source_error("inventory source '" + r.source + "' could not be verified by inventory plugin '" + r.format + "'");
  r.note(1, "Using inventory plugin '" + r.format + "' to process inventory source '" + r.source + "'");
  return format ? format->read(r) : read_foreign_source(r);
}

} // namespace mito::playbook

#include "playbook/inventory/formats.hpp"

#include <unistd.h>

#include <algorithm>

namespace mito::playbook {

namespace {

constexpr source_format table[] = {
    {"host_list", wants_host_list, read_host_list_source},
    {"advanced_host_list", wants_host_list, read_advanced_host_list_source},
    {"script", wants_script, read_script_source},
    {"auto", wants_auto, read_auto_source},
    {"yaml", wants_yaml, read_yaml_source},
    {"ini", wants_ini, read_ini_source},
    {"toml", wants_toml, read_toml_source},
    {"constructed", wants_constructed, read_constructed_source},
};

} // namespace

std::span<const source_format> source_formats() { return table; }

const source_format* find_format(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  for (const auto& f : table)
    if (f.name == name) return &f;
  return nullptr;
}

bool is_readable_file(const reading& r) {
  if (::access(r.source.c_str(), R_OK) == 0) return true;
  r.note(3, "Skipping due to inventory source not existing or not being readable by the current user");
  return false;
}

std::string extension_of(std::string_view path) {
  auto name = path.substr(path.rfind('/') + 1);
  auto first = name.find_first_not_of('.');
  auto dot = name.rfind('.');
  return first == name.npos || dot == name.npos || dot < first ? std::string() : std::string(name.substr(dot));
}

core::error source_error(std::string what) {
  core::error e(std::move(what));
  e.what().category = "inventory";
  return e;
}

bool wants_toml(const reading& r) { return extension_of(r.source) == ".toml" && is_readable_file(r); }

core::expected<void> read_toml_source(reading& r) {
  core::error e("TOML inventories are not supported: " + r.source);
  e.what().hint = "write it as YAML or INI; ansible-core's `ansible-inventory -i FILE --list --export --yaml` converts it";
  e.what().category = "fatal"; // half an inventory would be worse than none
  return e;
}

/// Ansible lets the INI reader try TOML files first: what it makes of them is never meant.
bool wants_ini(const reading& r) {
  const auto& enabled = r.options.enabled;
  bool toml = std::any_of(enabled.begin(), enabled.end(), [](const auto& n) {
    const auto* f = find_format(n);
    return f && f->wants == wants_toml;
  });
  return is_readable_file(r) && !(toml && extension_of(r.source) == ".toml");
}

} // namespace mito::playbook

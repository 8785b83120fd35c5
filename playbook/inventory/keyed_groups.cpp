// keyed_groups of `constructed`: groups named after the values of variables.
#include "core/python.hpp"
#include "playbook/inventory/constructed.hpp"

namespace mito::playbook {

namespace {

using core::value;

/// One entry of keyed_groups, read for one host.
struct keyed_entry {
  std::string prefix, separator = "_";
  value default_value; ///< none: not given
  bool trailing_separator = true;
};

/// Names that the value of a key stands for, before prefix and separator.
core::expected<std::vector<std::string>> names_of(const value& key, const keyed_entry& entry) {
  std::vector<std::string> out;
  auto name = [&](const value& v) {
    bool empty = v.is_string() && v.as_string().empty();
    return core::to_str(empty && !entry.default_value.is_none() ? entry.default_value : v);
  };
  if (key.is_string()) {
    out.push_back(name(key));
  } else if (key.is_list()) {
    for (const auto& item : key.as_list()) out.push_back(name(item));
  } else if (key.is_dict()) {
    for (const auto& e : key.as_dict()) {
      bool bare = e.val.is_string() && e.val.as_string().empty() && entry.default_value.is_none() && !entry.trailing_separator;
      out.push_back(bare ? core::to_str(e.key) : core::to_str(e.key) + entry.separator + name(e.val));
    }
  } else {
    return source_error("Invalid group name format, expected a string or a list of them or dictionary, got: " +
                        std::string(type_name(key)));
  }
  return out;
}

class keyed_groups {
public:
  keyed_groups(inventory& into, const std::string& host, const core::dict& vars, const constructed_options& options,
               const composer& compose)
      : into_(into), host_(host), vars_(vars), options_(options), compose_(compose) {}

  core::expected<void> add(const value& keyed) {
    if (!keyed.is_dict() || keyed.as_dict().empty())
      return source_error("Invalid keyed group entry, it must be a dictionary: " + core::to_str(keyed));
    auto key = compose_.value_of(keyed["key"], vars_);
    if (!key && !options_.strict) return {};
    if (!key)
      return source_error("Could not generate group for host " + host_ + " from " + core::to_str(keyed["key"]) +
                          " entry: " + key.error().message());
    keyed_entry entry;
    const auto* trailing = keyed.as_dict().find("trailing_separator");
    entry.default_value = keyed["default_value"];
    if (trailing && !trailing->is_none() && !entry.default_value.is_none())
      return source_error("parameters are mutually exclusive for keyed groups: default_value|trailing_separator");
    entry.trailing_separator = !trailing || !trailing->is_bool() || trailing->as_bool();
    bool empty_text = key->is_string() && key->as_string().empty();
    if (!key->truthy() && !(empty_text && !entry.default_value.is_none())) return no_key(*key, keyed);
    if (const auto* prefix = keyed.as_dict().find("prefix")) entry.prefix = core::to_str(*prefix);
    if (const auto* separator = keyed.as_dict().find("separator")) entry.separator = core::to_str(*separator);
    return add_all(*key, keyed, entry);
  }

private:
  core::expected<void> no_key(const value& key, const value& keyed) const {
    // Empty lists and mappings are fine: no groups.
    if (!options_.strict || key.is_list() || key.is_dict()) return {};
    return source_error("No key or key resulted empty for " + core::to_str(keyed["key"]) + " in host " + host_ + ", invalid entry");
  }

  core::expected<void> add_all(const value& key, const value& keyed, keyed_entry& entry) {
    std::string parent;
    if (keyed["parent_group"].truthy()) {
      auto name = compose_.rendered(keyed["parent_group"], vars_);
      if (!name && !options_.strict) return {};
      if (!name)
        return source_error("Could not generate parent group " + core::to_str(keyed["parent_group"]) + " for group " +
                            core::to_str(key) + ": " + name.error().message());
      if (name->truthy()) parent = core::to_str(*name);
    }
    auto names = names_of(key, entry);
    if (!names) return names.error();
    if (entry.prefix.empty() && !options_.leading_separator) entry.separator.clear();
    for (const auto& name : *names)
      if (auto ok = add_one(safe_group_name(entry.prefix + entry.separator + name), parent); !ok) return ok;
    return {};
  }

  core::expected<void> add_one(const std::string& name, const std::string& parent) {
    if (name.empty()) return source_error("Invalid empty/false group name provided: ");
    auto group = into_.add_group(name);
    into_.add_to_group(into_.add_host(host_), group);
    if (parent.empty()) return {};
    return into_.add_child(into_.add_group(safe_group_name(parent)), group);
  }

  inventory& into_;
  const std::string& host_;
  const core::dict& vars_;
  const constructed_options& options_;
  const composer& compose_;
};

} // namespace

core::expected<void> add_keyed_groups(inventory& into, const std::string& host, const core::dict& vars,
                                      const constructed_options& options, const composer& compose) {
  keyed_groups groups(into, host, vars, options, compose);
  for (const auto& keyed : options.keyed_groups)
    if (auto ok = groups.add(keyed); !ok) return ok;
  return {};
}

} // namespace mito::playbook

#include "playbook/yaml/ansible_json.hpp"

#include "playbook/yaml/node.hpp"

namespace mito::playbook {

namespace {

constexpr std::string_view unsafe_mark = "__ansible_unsafe", vault_mark = "__ansible_vault";

bool marked(const core::value& v) {
  if (v.is_list())
    for (const auto& i : v.as_list())
      if (marked(i)) return true;
  for (const auto& e : v.as_dict())
    if ((e.key.is_string() && (e.key.as_string() == unsafe_mark || e.key.as_string() == vault_mark)) || marked(e.val)) return true;
  return false;
}

core::value revive(const core::value& v, const std::shared_ptr<const core::source_file>& file) {
  if (!marked(v)) return v;
  if (v.is_list()) {
    core::list items;
    for (const auto& i : v.as_list()) items.push_back(revive(i, file));
    return core::value(std::move(items));
  }
  core::dict d;
  for (const auto& e : v.as_dict()) {
    // The first mark among the keys decides, as in Ansible's decoder.
    if (e.key.as_string() == unsafe_mark) return core::as_data(e.val);
    if (e.key.as_string() == vault_mark)
      return core::value::adopt(new vault_text(std::string(e.val.as_string()), {file, 0, 0}));
    d.set_key(e.key, revive(e.val, file));
  }
  return core::value(std::move(d));
}

} // namespace

core::value revive_json(const core::value& v, const std::string& name) {
  if (!marked(v)) return v;
  return revive(v, std::make_shared<core::source_file>(core::source_file{name, {}}));
}

} // namespace mito::playbook

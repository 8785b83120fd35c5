#include <algorithm>

#include "actions/list.hpp"

namespace mito::actions {

const std::vector<entry>& all() {
  static const std::vector<entry> entries = [] {
    std::vector<entry> v{
        {"add_host", make_add_host, true, false, true},
        {"assert", make_assert},
        {"command", nullptr, true, true},
        {"copy", make_copy},
        {"debug", make_debug},
        {"fail", make_fail},
        {"file", nullptr},
        {"gather_facts", make_gather_facts},
        {"getent", nullptr},
        {"group_by", make_group_by},
        {"include_role", make_include_role},
        {"include_tasks", make_include_tasks, true},
        {"include_vars", make_include_vars, true},
        {"meta", nullptr, true, true},
        {"pause", make_pause, false, false, true},
        {"ping", nullptr},
        {"raw", nullptr, true, true},
        {"set_fact", make_set_fact},
        {"setup", make_setup},
        {"shell", nullptr, true, true},
        {"slurp", nullptr},
        {"stat", nullptr},
        {"tempfile", nullptr},
        {"template", make_template},
        {"wait_for", nullptr},
    };
    std::sort(v.begin(), v.end(), [](auto& a, auto& b) { return a.name < b.name; });
    return v;
  }();
  return entries;
}

const entry* find(std::string_view name) {
  auto& v = all();
  auto at = std::lower_bound(v.begin(), v.end(), name, [](auto& e, std::string_view n) { return e.name < n; });
  return at != v.end() && at->name == name ? &*at : nullptr;
}

} // namespace mito::actions

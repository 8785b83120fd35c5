#include "report/callbacks.hpp"

#include "report/default_output.hpp"
#include "report/file_outputs.hpp"
#include "report/json_output.hpp"
#include "report/silent_output.hpp"

namespace mito::report {

namespace {

using out = const std::shared_ptr<display>&;
using given = const callback_settings&;
using made = std::shared_ptr<sink>;

made make_default(out d, given) { return std::make_shared<default_output>(d); }
made make_yaml(out d, given) { return std::make_shared<default_output>(d, community_yaml_dump); }
made make_debug(out d, given) { return std::make_shared<default_output>(d, posix_debug_dump); }
made make_skippy(out d, given) {
  d->deprecated(core::dict{{core::value("msg"), core::value("ansible.posix.skippy has been deprecated. See the plugin documentation for more details")},
                           {core::value("date"), core::value("2022-06-01")},
                           {core::value("collection_name"), core::value("ansible.posix")}});
  return std::make_shared<default_output>(d, standard_dump, true);
}
made make_json(out d, given) { return std::make_shared<json_output>(d); }
made make_null(out d, given) { return std::make_shared<silent_output>(d); }
made make_junit(out d, given s) { return std::make_shared<junit_output>(d, s.junit); }
made make_timer(out d, given) { return std::make_shared<timer_output>(d); }
made make_profile_tasks(out d, given s) { return std::make_shared<profile_tasks_output>(d, s.profile); }
made make_profile_roles(out d, given) { return std::make_shared<profile_roles_output>(d); }
made make_tree(out d, given s) { return std::make_shared<tree_output>(d, s.tree_folder); }

constexpr callback table[] = {
    {"ansible.builtin.default", "default", true, make_default},
    {"ansible.builtin.junit", "junit", false, make_junit, {}, true},
    {"ansible.builtin.minimal", "minimal", true, nullptr, "default"},
    {"ansible.builtin.oneline", "oneline", true, nullptr, "default"},
    {"ansible.builtin.tree", "tree", false, make_tree, {}, true},
    {"ansible.posix.debug", "debug", true, make_debug},
    {"ansible.posix.json", "json", true, make_json, {}, true},
    {"ansible.posix.jsonl", "jsonl", true, nullptr, "json"},
    {"ansible.posix.profile_roles", "profile_roles", false, make_profile_roles},
    {"ansible.posix.profile_tasks", "profile_tasks", false, make_profile_tasks},
    {"ansible.posix.skippy", "skippy", true, make_skippy},
    {"ansible.posix.timer", "timer", false, make_timer},
    {"community.general.yaml", "yaml", true, make_yaml},
    {"community.general.null", "null", true, make_null},
    {"community.general.counter_enabled", "counter_enabled", true, nullptr, "default"},
    {"community.general.dense", "dense", true, nullptr, "default with display_ok_hosts=no"},
    {"community.general.diy", "diy", true, nullptr, "default"},
    {"community.general.selective", "selective", true, nullptr, "default with display_ok_hosts=no"},
    {"community.general.unixy", "unixy", true, nullptr, "default"},
};

} // namespace

std::span<const callback> all_callbacks() { return table; }

const callback* find_callback(std::string_view name) {
  constexpr std::string_view legacy = "ansible.legacy.";
  if (name.starts_with(legacy)) name.remove_prefix(legacy.size());
  for (auto& c : table)
    if (c.name == name || c.short_name == name) return &c;
  return nullptr;
}

std::string supported_callbacks(bool to_stdout) {
  std::string list;
  for (auto& c : table)
    if (c.to_stdout == to_stdout && c.make) list += (list.empty() ? "" : ", ") + std::string(c.short_name);
  return list;
}

} // namespace mito::report

#include "playbook/keywords.hpp"

#include <algorithm>

namespace mito::playbook {

namespace {

constexpr std::uint8_t tasks = in_task | in_handler;
constexpr std::uint8_t everywhere = in_play | in_block | tasks;

constexpr keyword keywords[] = {
    {"action", tasks, support::structural},
    {"always", in_block, support::structural},
    {"any_errors_fatal", everywhere, support::yes},
    {"args", tasks, support::structural},
    {"async", tasks, support::later},
    {"become", everywhere, support::yes},
    {"become_exe", everywhere, support::yes},
    {"become_flags", everywhere, support::yes},
    {"become_method", everywhere, support::yes},
    {"become_user", everywhere, support::yes},
    {"block", in_block, support::structural},
    {"changed_when", tasks, support::yes},
    {"check_mode", everywhere, support::yes},
    {"collections", everywhere, support::structural},
    {"connection", everywhere, support::yes},
    {"debugger", everywhere, support::later},
    {"delay", tasks, support::yes},
    {"delegate_facts", in_block | tasks, support::yes},
    {"delegate_to", in_block | tasks, support::yes},
    {"diff", everywhere, support::yes},
    {"environment", everywhere, support::structural},
    {"extended", in_loop_control, support::yes},
    {"extended_allitems", in_loop_control, support::yes},
    {"fact_path", in_play, support::later},
    {"failed_when", tasks, support::yes},
    {"force_handlers", in_play, support::yes},
    {"gather_facts", in_play, support::yes},
    {"gather_subset", in_play, support::yes},
    {"gather_timeout", in_play, support::yes},
    {"handlers", in_play, support::structural},
    {"hosts", in_play, support::structural},
    {"ignore_errors", everywhere, support::yes},
    {"ignore_unreachable", everywhere, support::yes},
    {"index_var", in_loop_control, support::yes},
    {"label", in_loop_control, support::yes},
    {"listen", in_handler, support::structural},
    {"local_action", tasks, support::structural},
    {"loop", tasks, support::structural},
    {"loop_control", tasks, support::structural},
    {"loop_var", in_loop_control, support::yes},
    {"max_fail_percentage", in_play, support::yes},
    {"module_defaults", everywhere, support::later},
    {"name", everywhere, support::structural},
    {"no_log", everywhere, support::yes},
    {"notify", in_block | tasks, support::yes},
    {"order", in_play, support::yes},
    {"pause", in_loop_control, support::yes},
    {"poll", tasks, support::later},
    {"port", everywhere, support::yes},
    {"post_tasks", in_play, support::structural},
    {"pre_tasks", in_play, support::structural},
    {"register", tasks, support::yes},
    {"remote_user", everywhere, support::yes},
    {"rescue", in_block, support::structural},
    {"retries", tasks, support::yes},
    {"roles", in_play, support::later},
    {"run_once", everywhere, support::yes},
    {"serial", in_play, support::yes},
    {"strategy", in_play, support::structural},
    {"tags", everywhere, support::structural},
    {"tasks", in_play, support::structural},
    {"throttle", everywhere, support::later},
    {"timeout", everywhere, support::yes},
    {"until", tasks, support::yes},
    {"user", in_play, support::structural},
    {"vars", everywhere, support::structural},
    {"vars_files", in_play, support::yes},
    {"vars_prompt", in_play, support::later},
    {"when", in_block | tasks, support::structural},
};

template <class T>
struct member {
  std::string_view name;
  field T::*where;
};

constexpr member<common> common_members[] = {
    {"any_errors_fatal", &common::any_errors_fatal},
    {"become", &common::become},
    {"become_exe", &common::become_exe},
    {"become_flags", &common::become_flags},
    {"become_method", &common::become_method},
    {"become_user", &common::become_user},
    {"check_mode", &common::check_mode},
    {"connection", &common::connection},
    {"diff", &common::diff},
    {"ignore_errors", &common::ignore_errors},
    {"ignore_unreachable", &common::ignore_unreachable},
    {"no_log", &common::no_log},
    {"port", &common::port},
    {"remote_user", &common::remote_user},
    {"run_once", &common::run_once},
    {"timeout", &common::timeout},
};

constexpr member<task> task_members[] = {
    {"changed_when", &task::changed_when}, {"delay", &task::delay},   {"delegate_facts", &task::delegate_facts},
    {"delegate_to", &task::delegate_to},
    {"failed_when", &task::failed_when},   {"notify", &task::notify}, {"register", &task::register_as},
    {"retries", &task::retries},           {"until", &task::until},
};

constexpr member<play> play_members[] = {
    {"force_handlers", &play::force_handlers},
    {"gather_facts", &play::gather_facts},
    {"gather_subset", &play::gather_subset},
    {"gather_timeout", &play::gather_timeout},
    {"max_fail_percentage", &play::max_fail_percentage},
    {"order", &play::order},
    {"serial", &play::serial},
    {"vars_files", &play::vars_files},
};

template <class T, std::size_t N>
field T::*find_member(const member<T> (&table)[N], std::string_view name) {
  for (const auto& m : table)
    if (m.name == name) return m.where;
  return nullptr;
}

constexpr std::string_view modules[] = {
    "add_host",
    "apt",
    "apt_key",
    "apt_repository",
    "assemble",
    "assert",
    "async_status",
    "async_wrapper",
    "blockinfile",
    "command",
    "copy",
    "cron",
    "debconf",
    "debug",
    "dnf",
    "dpkg_selections",
    "expect",
    "fail",
    "fetch",
    "file",
    "find",
    "gather_facts",
    "get_url",
    "getent",
    "git",
    "group",
    "group_by",
    "hostname",
    "import_playbook",
    "import_role",
    "import_tasks",
    "include",
    "include_role",
    "include_tasks",
    "include_vars",
    "iptables",
    "known_hosts",
    "lineinfile",
    "meta",
    "package",
    "package_facts",
    "pause",
    "ping",
    "pip",
    "raw",
    "reboot",
    "replace",
    "rpm_key",
    "script",
    "service",
    "service_facts",
    "set_fact",
    "set_stats",
    "setup",
    "shell",
    "slurp",
    "stat",
    "subversion",
    "systemd",
    "systemd_service",
    "sysvinit",
    "tempfile",
    "template",
    "unarchive",
    "uri",
    "user",
    "validate_argument_spec",
    "wait_for",
    "wait_for_connection",
    "yum",
    "yum_repository",
};

constexpr std::string_view lookups[] = {
    "config",   "csvfile",       "dict",          "env",         "file",
    "fileglob", "first_found",   "indexed_items", "ini",         "inventory_hostnames",
    "items",    "lines",         "list",          "nested",      "password",
    "pipe",     "random_choice", "sequence",      "subelements", "template",
    "together", "unvault",       "url",           "varnames",    "vars",
};

} // namespace

const keyword* find_keyword(std::string_view name, level where) {
  for (const auto& k : keywords)
    if (k.name == name) return k.levels & where ? &k : nullptr;
  return nullptr;
}

std::vector<std::string_view> keyword_names(level where) {
  std::vector<std::string_view> out;
  for (const auto& k : keywords)
    if (k.levels & where) out.push_back(k.name);
  return out;
}

field common::*common_field(std::string_view name) {
  return find_member(common_members, name);
}
field task::*task_field(std::string_view name) {
  return find_member(task_members, name);
}
field play::*play_field(std::string_view name) {
  return find_member(play_members, name);
}

bool is_known_module(std::string_view name) {
  return std::find(std::begin(modules), std::end(modules), name) != std::end(modules);
}
bool is_known_lookup(std::string_view name) {
  return std::find(std::begin(lookups), std::end(lookups), name) != std::end(lookups);
}

} // namespace mito::playbook

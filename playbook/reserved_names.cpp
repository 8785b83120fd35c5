#include "playbook/reserved_names.hpp"

#include <algorithm>
#include <iterator>

namespace mito::playbook {

namespace {

/// Sorted.
constexpr std::string_view names[] = {
    "action",          "always",        "any_errors_fatal", "args",          "async",           "async_val",
    "become",          "become_exe",    "become_flags",     "become_method", "become_user",     "block",
    "changed_when",    "check_mode",    "collections",      "connection",    "cycler",          "debugger",
    "delay",           "delegate_facts", "delegate_to",     "dict",          "diff",            "environment",
    "fact_path",       "failed_when",   "force_handlers",   "gather_facts",  "gather_subset",   "gather_timeout",
    "handlers",        "hosts",         "ignore_errors",    "ignore_unreachable", "joiner",     "lipsum",
    "local_action",    "lookup",        "loop",             "loop_control",  "loop_with",       "max_fail_percentage",
    "module_defaults", "name",          "namespace",        "no_log",        "notify",          "now",
    "order",           "poll",          "port",             "post_tasks",    "pre_tasks",       "q",
    "query",           "range",         "register",         "remote_user",   "rescue",          "retries",
    "roles",           "run_once",      "serial",           "strategy",      "tags",            "tasks",
    "throttle",        "timeout",       "undef",            "until",         "vars_files",      "vars_prompt",
    "when",            "with_",
};

} // namespace

bool is_reserved_name(std::string_view name) { return std::binary_search(std::begin(names), std::end(names), name); }

} // namespace mito::playbook

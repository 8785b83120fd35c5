#include "cli/settings.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/text.hpp"
#include "engine/keywords.hpp"
#include "playbook/file_search.hpp"

namespace mito::cli {

namespace {

struct known {
  std::string_view name;        ///< ours
  std::string_view environment; ///< variables, separated by blanks; the first that is set wins
  std::string_view section, key;
  bool path = false;
};

constexpr known table[] = {
    {"inventory", "ANSIBLE_INVENTORY", "defaults", "inventory", true},
    {"forks", "ANSIBLE_FORKS", "defaults", "forks"},
    {"remote_user", "ANSIBLE_REMOTE_USER", "defaults", "remote_user"},
    {"remote_port", "ANSIBLE_REMOTE_PORT", "defaults", "remote_port"},
    {"private_key_file", "ANSIBLE_PRIVATE_KEY_FILE", "defaults", "private_key_file", true},
    {"host_key_checking", "ANSIBLE_HOST_KEY_CHECKING ANSIBLE_SSH_HOST_KEY_CHECKING", "defaults", "host_key_checking"},
    {"timeout", "ANSIBLE_SSH_TIMEOUT ANSIBLE_TIMEOUT", "defaults", "timeout"},
    {"roles_path", "ANSIBLE_ROLES_PATH", "defaults", "roles_path"},
    {"collections_paths", "ANSIBLE_COLLECTIONS_PATH ANSIBLE_COLLECTIONS_PATHS", "defaults", "collections_path"},
    {"transport", "ANSIBLE_TRANSPORT", "defaults", "transport"},
    {"strategy", "ANSIBLE_STRATEGY", "defaults", "strategy"},
    {"gathering", "ANSIBLE_GATHERING", "defaults", "gathering"},
    {"stdout_callback", "ANSIBLE_STDOUT_CALLBACK", "defaults", "stdout_callback"},
    {"nocolor", "ANSIBLE_NOCOLOR NO_COLOR", "defaults", "nocolor"},
    {"force_color", "ANSIBLE_FORCE_COLOR", "defaults", "force_color"},
    {"force_handlers", "ANSIBLE_FORCE_HANDLERS", "defaults", "force_handlers"},
    {"inject_facts_as_vars", "ANSIBLE_INJECT_FACT_VARS", "defaults", "inject_facts_as_vars"},
    {"verbosity", "ANSIBLE_VERBOSITY", "defaults", "verbosity"},
    {"display_skipped_hosts", "ANSIBLE_DISPLAY_SKIPPED_HOSTS DISPLAY_SKIPPED_HOSTS", "defaults", "display_skipped_hosts"},
    {"display_ok_hosts", "ANSIBLE_DISPLAY_OK_HOSTS", "defaults", "display_ok_hosts"},
    {"display_failed_stderr", "ANSIBLE_DISPLAY_FAILED_STDERR", "defaults", "display_failed_stderr"},
    {"display_args_to_stdout", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT", "defaults", "display_args_to_stdout"},
    {"check_mode_markers", "ANSIBLE_CHECK_MODE_MARKERS", "defaults", "check_mode_markers"},
    {"show_per_host_start", "ANSIBLE_SHOW_PER_HOST_START", "defaults", "show_per_host_start"},
    {"show_task_path_on_failure", "ANSIBLE_SHOW_TASK_PATH_ON_FAILURE", "defaults", "show_task_path_on_failure"},
    {"show_custom_stats", "ANSIBLE_SHOW_CUSTOM_STATS", "defaults", "show_custom_stats"},
    {"diff_always", "ANSIBLE_DIFF_ALWAYS", "diff", "always"},
    {"json_indent", "ANSIBLE_JSON_INDENT", "defaults", "json_indent"},
    {"callback_format_pretty", "ANSIBLE_CALLBACK_FORMAT_PRETTY", "defaults", "callback_format_pretty"},
    {"callback_result_format", "ANSIBLE_CALLBACK_RESULT_FORMAT", "defaults", "callback_result_format"},
    {"callbacks_enabled", "ANSIBLE_CALLBACKS_ENABLED", "defaults", "callbacks_enabled"},
    {"callback_whitelist", "ANSIBLE_CALLBACK_WHITELIST", "defaults", "callback_whitelist"},
    {"callback_plugins", "ANSIBLE_CALLBACK_PLUGINS", "defaults", "callback_plugins"},
    {"bin_ansible_callbacks", "ANSIBLE_LOAD_CALLBACK_PLUGINS", "defaults", "bin_ansible_callbacks"},
    {"callback_tree_dir", "ANSIBLE_CALLBACK_TREE_DIR", "callback_tree", "directory", true},
    {"task_output_limit", "PROFILE_TASKS_TASK_OUTPUT_LIMIT", "callback_profile_tasks", "task_output_limit"},
    {"profile_sort_order", "PROFILE_TASKS_SORT_ORDER", "callback_profile_tasks", "sort_order"},
    {"log_path", "ANSIBLE_LOG_PATH", "defaults", "log_path", true},
    {"action_warnings", "ANSIBLE_ACTION_WARNINGS", "defaults", "action_warnings"},
    {"localhost_warning", "ANSIBLE_LOCALHOST_WARNING", "defaults", "localhost_warning"},
    {"verbose_to_stderr", "ANSIBLE_VERBOSE_TO_STDERR", "defaults", "verbose_to_stderr"},
    {"context", "ANSIBLE_DIFF_CONTEXT", "diff", "context"},
    {"color_changed", "ANSIBLE_COLOR_CHANGED", "colors", "changed"},
    {"color_debug", "ANSIBLE_COLOR_DEBUG", "colors", "debug"},
    {"color_deprecate", "ANSIBLE_COLOR_DEPRECATE", "colors", "deprecate"},
    {"color_diff_add", "ANSIBLE_COLOR_DIFF_ADD", "colors", "diff_add"},
    {"color_diff_lines", "ANSIBLE_COLOR_DIFF_LINES", "colors", "diff_lines"},
    {"color_diff_remove", "ANSIBLE_COLOR_DIFF_REMOVE", "colors", "diff_remove"},
    {"color_error", "ANSIBLE_COLOR_ERROR", "colors", "error"},
    {"color_highlight", "ANSIBLE_COLOR_HIGHLIGHT", "colors", "highlight"},
    {"color_ok", "ANSIBLE_COLOR_OK", "colors", "ok"},
    {"color_skip", "ANSIBLE_COLOR_SKIP", "colors", "skip"},
    {"color_unreachable", "ANSIBLE_COLOR_UNREACHABLE", "colors", "unreachable"},
    {"color_verbose", "ANSIBLE_COLOR_VERBOSE", "colors", "verbose"},
    {"color_warn", "ANSIBLE_COLOR_WARN", "colors", "warn"},
    {"run_tags", "ANSIBLE_RUN_TAGS", "tags", "run"},
    {"skip_tags", "ANSIBLE_SKIP_TAGS", "tags", "skip"},
    {"become", "ANSIBLE_BECOME", "privilege_escalation", "become"},
    {"become_user", "ANSIBLE_BECOME_USER", "privilege_escalation", "become_user"},
    {"become_method", "ANSIBLE_BECOME_METHOD", "privilege_escalation", "become_method"},
    {"become_flags", "ANSIBLE_BECOME_FLAGS", "privilege_escalation", "become_flags"},
    {"become_exe", "ANSIBLE_BECOME_EXE", "privilege_escalation", "become_exe"},
    {"become_ask_pass", "ANSIBLE_BECOME_ASK_PASS", "privilege_escalation", "become_ask_pass"},
    {"ask_pass", "ANSIBLE_ASK_PASS", "defaults", "ask_pass"},
    {"ssh_args", "ANSIBLE_SSH_ARGS", "ssh_connection", "ssh_args"},
    {"ssh_common_args", "ANSIBLE_SSH_COMMON_ARGS", "ssh_connection", "ssh_common_args"},
    {"ssh_extra_args", "ANSIBLE_SSH_EXTRA_ARGS", "ssh_connection", "ssh_extra_args"},
    {"ssh_executable", "ANSIBLE_SSH_EXECUTABLE", "ssh_connection", "ssh_executable"},
    // Settings of machinery that we have no need of: known, so that nobody is warned about them.
    {"pipelining", "ANSIBLE_PIPELINING ANSIBLE_SSH_PIPELINING", "ssh_connection", "pipelining"},
    {"pipelining_default", "ANSIBLE_PIPELINING", "defaults", "pipelining"},
    {"pipelining_connection", "ANSIBLE_PIPELINING", "connection", "pipelining"},
    {"control_path", "ANSIBLE_SSH_CONTROL_PATH", "ssh_connection", "control_path"},
    {"control_path_dir", "ANSIBLE_SSH_CONTROL_PATH_DIR", "ssh_connection", "control_path_dir"},
    {"scp_if_ssh", "ANSIBLE_SCP_IF_SSH", "ssh_connection", "scp_if_ssh"},
    {"transfer_method", "ANSIBLE_SSH_TRANSFER_METHOD", "ssh_connection", "transfer_method"},
    {"ssh_retries", "ANSIBLE_SSH_RETRIES", "ssh_connection", "retries"},
    {"retry_files_enabled", "ANSIBLE_RETRY_FILES_ENABLED", "defaults", "retry_files_enabled"},
    {"retry_files_save_path", "ANSIBLE_RETRY_FILES_SAVE_PATH", "defaults", "retry_files_save_path", true},
    {"nocows", "ANSIBLE_NOCOWS", "defaults", "nocows"},
    {"interpreter_python", "ANSIBLE_PYTHON_INTERPRETER", "defaults", "interpreter_python"},
    {"deprecation_warnings", "ANSIBLE_DEPRECATION_WARNINGS", "defaults", "deprecation_warnings"},
    {"command_warnings", "ANSIBLE_COMMAND_WARNINGS", "defaults", "command_warnings"},
    {"local_tmp", "ANSIBLE_LOCAL_TEMP", "defaults", "local_tmp"},
    {"remote_tmp", "ANSIBLE_REMOTE_TEMP", "defaults", "remote_tmp"},
};

std::string trimmed(std::string_view s) { return std::string(core::trim(s)); }

/// The ini file as "section.key" → value; a continued line is indented.
void read_ini(std::istream& in, std::map<std::string, std::string, std::less<>>& out) {
  std::string line, section, key;
  while (std::getline(in, line)) {
    auto text = core::trim(line);
    if (text.empty() || text[0] == '#' || text[0] == ';') continue;
    if ((line[0] == ' ' || line[0] == '\t') && !key.empty()) {
      out[key] += "\n" + std::string(text);
      continue;
    }
    if (text[0] == '[') {
      section = std::string(text.substr(1, text.find(']') - 1));
      key.clear();
      continue;
    }
    auto at = text.find_first_of("=:");
    if (at == text.npos) continue;
    key = section + "." + trimmed(text.substr(0, at));
    auto value = text.substr(at + 1);
    if (auto comment = value.find(" ;"); comment != value.npos) value = value.substr(0, comment);
    out[key] = trimmed(value);
  }
}

std::string find_file() {
  auto there = [](const std::string& p) { return ::access(p.c_str(), R_OK) == 0; };
  struct stat st;
  if (const char* named = std::getenv("ANSIBLE_CONFIG")) {
    std::string p = named;
    if (::stat(named, &st) == 0 && S_ISDIR(st.st_mode)) p += "/ansible.cfg";
    if (there(p)) return p;
  }
  char cwd[PATH_MAX];
  if (::getcwd(cwd, sizeof cwd) && there("ansible.cfg")) {
    // A folder that anybody may write to must not decide how we connect.
    if (::stat(".", &st) == 0 && !(st.st_mode & S_IWOTH)) return std::string(cwd) + "/ansible.cfg";
  }
  if (const char* home = std::getenv("HOME"))
    if (auto p = std::string(home) + "/.ansible.cfg"; there(p)) return p;
  return there("/etc/ansible/ansible.cfg") ? "/etc/ansible/ansible.cfg" : "";
}

std::string absolute(const std::string& value, const std::string& folder) {
  if (value.starts_with("~/"))
    if (const char* home = std::getenv("HOME")) return home + value.substr(1);
  bool host_list = value.find(',') != std::string::npos;
  return value.empty() || value[0] == '/' || host_list ? value : folder + "/" + value;
}

} // namespace

core::expected<settings> settings::load() {
  settings out;
  out.file_ = find_file();
  std::map<std::string, std::string, std::less<>> file;
  if (!out.file_.empty()) {
    std::ifstream in(out.file_);
    if (!in) return core::error("cannot read the configuration " + out.file_);
    read_ini(in, file);
  }
  std::string folder = out.file_.substr(0, out.file_.rfind('/'));
  for (auto& k : table) {
    std::string full = std::string(k.section) + "." + std::string(k.key);
    if (auto at = file.find(full); at != file.end()) {
      out.values_[std::string(k.name)] = k.path ? absolute(at->second, folder) : at->second;
      file.erase(at);
    }
    for (auto name : core::split(k.environment, ' '))
      if (const char* v = std::getenv(std::string(name).c_str())) {
        out.values_[std::string(k.name)] = v;
        break;
      }
  }
  for (auto& [name, value] : file) out.unknown_.push_back(name);
  return out;
}

std::optional<std::string> settings::get(std::string_view name) const {
  auto at = values_.find(name);
  return at == values_.end() ? std::nullopt : std::optional(at->second);
}
std::string settings::text(std::string_view name, std::string fallback) const { return get(name).value_or(std::move(fallback)); }
bool settings::flag(std::string_view name, bool fallback) const {
  auto v = get(name);
  return v ? engine::to_boolean(core::value(*v)).value_or(fallback) : fallback;
}
long settings::number(std::string_view name, long fallback) const {
  auto v = get(name);
  return v ? core::parse_int(core::trim(*v)).value_or(fallback) : fallback;
}
std::vector<std::string> settings::list(std::string_view name) const {
  std::vector<std::string> out;
  if (auto v = get(name))
    for (auto part : core::split(*v, ','))
      if (auto t = trimmed(part); !t.empty()) out.push_back(t);
  return out;
}

std::vector<std::string> settings::paths(std::string_view name, const std::vector<std::string>& fallback) const {
  auto v = get(name);
  std::vector<std::string> given = fallback;
  if (v) {
    given.clear();
    for (auto part : core::split(*v, ':'))
      if (auto t = trimmed(part); !t.empty()) given.push_back(t);
  }
  char cwd[PATH_MAX];
  std::string base = file_.empty() || !v ? (::getcwd(cwd, sizeof cwd) ? cwd : ".") : file_.substr(0, file_.rfind('/'));
  for (auto& p : given) p = playbook::full_path(p, base);
  return given;
}

} // namespace mito::cli

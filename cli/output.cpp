#include "cli/output.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "cli/python_callbacks.hpp"
#include "cli/site.hpp"
#include "core/text.hpp"
#include "report/callbacks.hpp"
#include "report/file_outputs.hpp"
#include "report/progress_output.hpp"

namespace mito::cli {

namespace {

/// Whether terminfo knows colours for $TERM, as far as Ansible (curses) asks.
bool terminal_has_colors() {
  const char* term = std::getenv("TERM");
  std::string_view name = term ? term : "";
  return !name.empty() && name != "dumb" && name != "unknown" && !name.starts_with("vt");
}

/// Unset, or true only for what Ansible takes for true: any other word counts as no.
std::optional<bool> switch_of(const settings& s, std::string_view name) {
  if (!s.get(name)) return std::nullopt;
  return s.flag(name, false);
}

std::string variable(const char* name, const char* fallback) {
  const char* v = std::getenv(name);
  return v ? v : fallback;
}
bool is_true(const char* name, const char* fallback = "False") { return core::lower(variable(name, fallback)) == "true"; }

std::string at_home(const std::string& path) {
  const char* home = std::getenv("HOME");
  return (home ? std::string(home) : std::string()) + path;
}

/// The junit callback reads its variables itself; there is nothing in ansible.cfg.
report::junit_options junit_of_environment() {
  report::junit_options o;
  o.folder = variable("JUNIT_OUTPUT_DIR", at_home("/.ansible.log").c_str());
  o.class_per_file = is_true("JUNIT_TASK_CLASS");
  o.relative_to = variable("JUNIT_TASK_RELATIVE_PATH", "");
  if (const char* v = std::getenv("JUNIT_REPLACE_OUT_OF_TREE_PATH")) o.out_of_tree = v;
  o.fail_on_change = is_true("JUNIT_FAIL_ON_CHANGE");
  o.fail_on_ignore = is_true("JUNIT_FAIL_ON_IGNORE");
  o.include_setup = core::lower(variable("JUNIT_INCLUDE_SETUP_TASKS_IN_REPORT", "True")) != "false";
  o.hide_arguments = core::lower(variable("JUNIT_HIDE_TASK_ARGUMENTS", "False")) != "false";
  o.case_prefix = variable("JUNIT_TEST_CASE_PREFIX", "");
  return o;
}

core::expected<report::callback_settings> callback_settings_of(const settings& s) {
  report::callback_settings out;
  out.junit = junit_of_environment();
  out.tree_folder = s.text("callback_tree_dir", at_home("/.ansible/tree"));
  out.profile.order = s.text("profile_sort_order", "descending");
  auto limit = s.text("task_output_limit", "20");
  if (limit == "all") {
    out.profile.limit.reset();
  } else if (auto n = core::parse_int(limit); n && *n >= 0) {
    out.profile.limit = static_cast<std::size_t>(*n);
  } else {
    return core::error("profile_tasks: task_output_limit '" + limit + "' is neither a number nor all");
  }
  return out;
}

core::expected<void> check_settings(const settings& s) {
  for (auto& role : report::color_roles()) {
    auto name = s.get("color_" + std::string(role.key));
    if (name && !report::sgr_of(*name))
      return core::error("Invalid value \"" + *name + "\" for configuration option \"setting: COLOR_" + std::string(role.key) + "\"", {},
                         "colours are black, red, green, yellow, blue, purple, magenta, cyan, white, normal, dark gray, bright and one of "
                         "these, color0 to color255, rgb000 to rgb555, gray0 to gray23");
  }
  auto format = s.text("callback_result_format", "json");
  if (format != "json" && format != "yaml")
    return core::error("Invalid value \"" + format + "\" for configuration option \"callback_result_format\", valid values are: json, yaml");
  return {};
}

/// Why stdout_callback cannot be this one, with category "callback".
core::error cannot_use(const std::string& name, const settings& s, const output_choice& choice) {
  auto supported = "stdout_callback can be " + report::supported_callbacks(true);
  std::string message = "Invalid callback for stdout specified: " + name;
  auto* known = report::find_callback(name);
  if (known && known->to_stdout) {
    message = "stdout_callback '" + name + "' is not supported yet";
    supported = "use " + std::string(known->instead) + "; " + supported;
  } else if (auto file = find_python_callback(name, s, choice.playbook_folders); !known && !file.empty()) {
    message = "stdout_callback '" + name + "' is a Python plugin (" + file + "), which is not supported yet";
  }
  return core::error(core::diagnostic{core::severity::error, std::move(message), {}, std::move(supported), {}, "callback"});
}

/// Names without a collection were Ansible's own once.
void say_redirected(report::display& display, const std::string& name) {
  auto* c = report::find_callback(name);
  if (display.options().verbosity > 1 && c && !c->builtin() && c->short_name == name)
    display.verbose("redirecting (type: callback) ansible.builtin." + name + " to " + std::string(c->name));
}

/// The enabled callbacks in the order in which Ansible loads them: those of ansible.builtin by name, then as given.
std::vector<const report::callback*> enabled_callbacks(const settings& s, report::display& display, const output_choice& choice) {
  auto names = s.list("callbacks_enabled");
  if (s.get("callback_whitelist") && !s.get("callbacks_enabled")) names = s.list("callback_whitelist");
  std::vector<const report::callback*> out;
  for (auto& name : names) {
    say_redirected(display, name);
    auto* c = report::find_callback(name);
    if (c && c->make) {
      if (std::find(out.begin(), out.end(), c) == out.end()) out.push_back(c);
      continue;
    }
    auto file = find_python_callback(name, s, choice.playbook_folders);
    if (!file.empty() || c)
      display.warning("Skipping callback plugin '" + name + "'" + (file.empty() ? "" : " (" + file + ")") +
                      ": Python callbacks are not supported yet; callbacks_enabled can hold " + report::supported_callbacks(false));
    else
      display.warning("Skipping callback plugin '" + name + "', unable to load");
  }
  std::stable_sort(out.begin(), out.end(), [](auto* a, auto* b) {
    if (a->builtin() != b->builtin()) return a->builtin();
    return a->builtin() && a->name < b->name;
  });
  return out;
}

/// Only one callback has stdout.
void say_skipped(report::display& display, const report::callback& c) {
  if (display.options().verbosity > 1)
    display.verbose("Skipping callback '" + std::string(c.short_name) + "', as we already have a stdout callback.");
}

void say_deprecated_name(const settings& s, report::display& display) {
  if (!s.get("callback_whitelist")) return;
  bool variable = std::getenv("ANSIBLE_CALLBACK_WHITELIST");
  core::dict what;
  what.set("msg", core::value(std::string(variable ? "ANSIBLE_CALLBACK_WHITELIST" : "[defaults]callback_whitelist") +
                              " option, normalizing names to new standard, use " +
                              (variable ? "ANSIBLE_CALLBACKS_ENABLED" : "callbacks_enabled") + " instead"));
  what.set("version", core::value("2.15"));
  what.set("collection_name", core::value("ansible.builtin"));
  display.deprecated(core::value(std::move(what)));
}

} // namespace

report::output_options output_options_of(const parsed& given, const settings& s) {
  report::output_options o;
  o.verbosity = given.count("verbose") + static_cast<int>(s.number("verbosity", 0));
  o.check = given.has("check");
  o.diff = given.has("diff") || s.flag("diff_always", false);
  o.terminal = ::isatty(STDOUT_FILENO);
  o.colors = report::palette(s.flag("force_color", false) || (o.terminal && !s.flag("nocolor", false) && terminal_has_colors()));
  for (auto& role : report::color_roles())
    if (auto name = s.get("color_" + std::string(role.key))) o.colors.set(role.what, *name);
  winsize size{};
  if (o.terminal && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 80) o.columns = size.ws_col - 1u;
  o.display_skipped_hosts = s.flag("display_skipped_hosts", true);
  o.display_ok_hosts = s.flag("display_ok_hosts", true);
  o.display_failed_stderr = s.flag("display_failed_stderr", false);
  o.display_args_to_stdout = s.flag("display_args_to_stdout", false);
  o.check_mode_markers = s.flag("check_mode_markers", false);
  o.show_per_host_start = s.flag("show_per_host_start", false);
  o.show_task_path_on_failure = s.flag("show_task_path_on_failure", false);
  o.show_custom_stats = s.flag("show_custom_stats", false);
  o.action_warnings = s.flag("action_warnings", true);
  o.deprecation_warnings = s.flag("deprecation_warnings", true);
  o.verbose_to_stderr = s.flag("verbose_to_stderr", false);
  o.pretty_results = switch_of(s, "callback_format_pretty");
  o.result_format = s.text("callback_result_format", "json");
  o.diff_context = static_cast<unsigned>(std::max(0L, s.number("context", 3)));
  o.json_indent = static_cast<int>(s.number("json_indent", 4));
  if (o.verbosity > 3) o.arguments = shown_arguments(given, s);
  return o;
}

std::shared_ptr<report::display> make_display(const parsed& given, const settings& s) {
  int log = -1;
  if (auto path = s.text("log_path", ""); !path.empty()) {
    log = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
    if (log < 0) std::fprintf(stderr, "[WARNING]: log file at %s is not writeable and we cannot create it, aborting\n\n", path.c_str());
  }
  return std::make_shared<report::display>(output_options_of(given, s), log);
}

core::expected<output_list> make_outputs(const settings& s, const std::shared_ptr<report::display>& to, const output_choice& choice) {
  if (auto good = check_settings(s); !good) return good.error();
  auto single = callback_settings_of(s);
  if (!single) return single.error();
  auto name = choice.stdout_callback.empty() ? s.text("stdout_callback", "default") : choice.stdout_callback;
  auto* main = report::find_callback(name);
  if (!main || !main->make || !main->to_stdout) return cannot_use(name, s, choice);
  // Ansible looks for it, then loads it.
  for (int n = 0; n < 2; ++n) say_redirected(*to, name);
  output_list out;
  auto add = [&](const report::callback& c) {
    out.sinks.push_back(c.make(to, *single));
    out.show_invocation |= c.shows_invocation;
  };
  if (s.flag("retry_files_enabled", false))
    out.sinks.push_back(std::make_shared<report::retry_file>(to, s.text("retry_files_save_path", "")));
  add(*main);
  if (choice.additional) {
    say_deprecated_name(s, *to);
    auto enabled = enabled_callbacks(s, *to, choice);
    for (auto& c : report::all_callbacks())
      if (c.builtin() && c.to_stdout) say_skipped(*to, c);
    for (auto* c : enabled) c->to_stdout ? say_skipped(*to, *c) : add(*c);
    warn_of_python_callbacks(*to, s, choice.playbook_folders);
  }
  if (to->options().terminal) out.sinks.push_back(std::make_shared<report::progress_output>(to));
  return out;
}

} // namespace mito::cli

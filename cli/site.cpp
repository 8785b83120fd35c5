#include "cli/site.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>

#include "cli/vault_secrets.hpp"
#include "core/text.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/variables/extra_vars.hpp"

namespace mito::cli {

void complain(const core::diagnostic& d) { std::fprintf(stderr, "%s\n", core::render(d).c_str()); }

int code_of(const core::error& e) {
  return e.what().category.starts_with("vault") ? bad_usage : bad_input;
}

std::vector<std::string> words_of_list(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (auto& g : given)
    for (auto part : core::split(g, ','))
      if (auto t = core::trim(part); !t.empty()) out.emplace_back(t);
  return out;
}

std::string folder_of(const std::string& path) {
  char full[PATH_MAX];
  std::string p = ::realpath(path.c_str(), full) ? full : path;
  auto slash = p.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : p.substr(0, slash);
}

report::output_options output_options_of(const parsed& given, const settings& s) {
  report::output_options o;
  o.verbosity = given.count("verbose") + static_cast<int>(s.number("verbosity", 0));
  o.check = given.has("check");
  o.diff = given.has("diff") || s.flag("diff_always", false);
  o.terminal = ::isatty(STDOUT_FILENO);
  o.color = s.flag("force_color", false) || (o.terminal && !s.flag("nocolor", false));
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
  o.pretty_results = s.flag("callback_format_pretty", false);
  return o;
}

int site::load_settings() {
  auto loaded = settings::load();
  if (!loaded) {
    std::fprintf(stderr, "ERROR: %s\n", loaded.error().message().c_str());
    return bad_settings;
  }
  config = std::move(*loaded);
  return 0;
}

void say_settings(const settings& config, report::display& display) {
  for (auto& text : config.deprecations()) display.print("[DEPRECATION WARNING]: " + text, report::color::deprecate, true);
  for (auto& text : config.warnings()) display.warning(text);
}

int site::load_secrets(report::display& display) {
  auto keys = read_keyring(given, config, [&](const std::string& text) { display.warning(text); });
  if (!keys) {
    std::fprintf(stderr, "ERROR! %s\n", keys.error().message().c_str());
    return bad_usage;
  }
  vault = std::move(*keys);
  services.set_vault(vault);
  return 0;
}

int site::load_inventory(report::display& display) {
  auto sources = given.all("inventory");
  if (sources.empty()) sources = config.get("inventory") ? config.list("inventory") : std::vector<std::string>{"/etc/ansible/hosts"};
  playbook::inventory_options options;
  options.vault = vault;
  auto loaded = playbook::load_inventory(sources, options);
  if (!loaded) {
    complain(loaded.error().what());
    return bad_usage;
  }
  for (auto& w : loaded->warnings) display.warning(w.message);
  hosts = std::move(loaded->hosts);
  return 0;
}

int site::read_variables(const std::string& folder) {
  auto extra = playbook::parse_extra_vars(given.all("extra-vars"), vault);
  if (!extra) {
    complain(extra.error().what());
    return code_of(extra.error());
  }
  auto forks = core::parse_int(given.last("forks", config.text("forks", "5")));
  if (!forks || *forks < 1) {
    std::fprintf(stderr, "ERROR! The number of processes (--forks) must be >= 1\n");
    return bad_usage;
  }
  services.set_folders({folder});
  run.extra_vars = std::move(*extra);
  run.playbook_dir = folder;
  run.vault = vault;
  run.config_file = config.file();
  run.limit.clear();
  for (auto& l : given.all("limit")) run.limit += (run.limit.empty() ? "" : ",") + l;
  auto tags = words_of_list(given.has("tags") ? given.all("tags") : config.list("run_tags"));
  if (!tags.empty()) run.run_tags = tags;
  run.skip_tags = words_of_list(given.has("skip-tags") ? given.all("skip-tags") : config.list("skip_tags"));
  run.forks = static_cast<int>(*forks);
  run.verbosity = given.count("verbose") + static_cast<int>(config.number("verbosity", 0));
  run.check_mode = given.has("check");
  run.diff_mode = given.has("diff") || config.flag("diff_always", false);
  run.inject_facts = config.flag("inject_facts_as_vars", true);
  return 0;
}

int site::make_store() {
  store.emplace(std::move(*hosts), run, &templar);
  if (auto folders = store->load_vars_folders(); !folders) {
    complain(folders.error().what());
    return bad_input;
  }
  return 0;
}

} // namespace mito::cli

// `mito-actor run`: from options and settings to a run.
#include <sys/ioctl.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <optional>

#include "actions/action.hpp"
#include "actions/host_services.hpp"
#include "actors/environment.hpp"
#include "actors/run.hpp"
#include "cli/commands.hpp"
#include "cli/secrets.hpp"
#include "cli/settings.hpp"
#include "cli/signals.hpp"
#include "core/text.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/loader.hpp"
#include "playbook/variables/extra_vars.hpp"
#include "report/default_output.hpp"
#include "report/json_output.hpp"

namespace mito::cli {

namespace {

/// Ansible's exit code for what was wrong before anything ran.
constexpr int bad_input = 4;

void complain(const core::diagnostic& d) { std::fprintf(stderr, "%s\n", core::render(d).c_str()); }

std::vector<std::string> words_of_list(const std::vector<std::string>& given) {
  std::vector<std::string> out;
  for (auto& g : given)
    for (auto part : core::split(g, ','))
      if (auto t = core::trim(part); !t.empty()) out.emplace_back(t);
  return out;
}

std::vector<std::string> shell_words(const std::string& s) {
  std::vector<std::string> out;
  for (auto w : core::split(s, ' '))
    if (!w.empty()) out.emplace_back(w);
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
  o.color = s.flag("force_color", false) || (o.terminal && !s.get("nocolor"));
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

core::expected<std::shared_ptr<report::sink>> make_output(const settings& s, const std::shared_ptr<report::display>& to) {
  auto name = s.text("stdout_callback", "default");
  if (name == "default" || name == "ansible.builtin.default")
    return std::shared_ptr<report::sink>(std::make_shared<report::default_output>(to));
  if (name == "json" || name == "ansible.posix.json")
    return std::shared_ptr<report::sink>(std::make_shared<report::json_output>(to, static_cast<int>(s.number("json_indent", 4))));
  return core::error("stdout_callback '" + name + "' is not supported yet", {}, "use default or json");
}

playbook::action_table known_actions() {
  playbook::action_table table;
  for (auto& e : actions::all()) table.add({std::string(e.name), e.free_form, e.raw_params});
  return table;
}

/// Login and become passwords, asked for or read before anything starts.
core::expected<void> read_passwords(const parsed& given, const settings& s, actors::connection_defaults& connection,
                                    engine::become_settings& become) {
  if (auto file = given.last("connection-password-file", given.last("conn-pass-file")); !file.empty()) {
    auto secret = read_secret_file(file);
    if (!secret) return secret.error();
    connection.password = *secret;
  } else if (given.has("ask-pass") || s.flag("ask_pass", false)) {
    connection.password = ask_on_terminal("SSH password: ", false);
    if (!connection.password) return core::error("--ask-pass needs a terminal; use --connection-password-file without one");
  }
  if (auto file = given.last("become-password-file", given.last("become-pass-file")); !file.empty()) {
    auto secret = read_secret_file(file);
    if (!secret) return secret.error();
    become.password = *secret;
  } else if (given.has("ask-become-pass") || s.flag("become_ask_pass", false)) {
    std::string question = connection.password ? "BECOME password[defaults to SSH password]: " : "BECOME password: ";
    become.password = ask_on_terminal(question, false);
    if (!become.password) return core::error("--ask-become-pass needs a terminal; use --become-password-file without one");
    if (become.password->empty() && connection.password) become.password = connection.password;
  }
  return {};
}

core::expected<std::shared_ptr<actors::connection_defaults>> connection_of(const parsed& given, const settings& s) {
  auto c = std::make_shared<actors::connection_defaults>();
  auto option_or = [&](std::string_view option, std::string_view setting) -> std::optional<std::string> {
    if (given.has(option)) return given.last(option);
    return s.get(setting);
  };
  c->connection = given.last("connection", s.text("transport", "smart"));
  c->remote_user = option_or("user", "remote_user");
  c->private_key = option_or("key-file", "private_key_file");
  if (auto args = s.get("ssh_args")) c->ssh_args = shell_words(*args);
  if (auto args = option_or("ssh-common-args", "ssh_common_args")) c->ssh_common_args = shell_words(*args);
  if (auto args = option_or("ssh-extra-args", "ssh_extra_args")) c->ssh_extra_args = shell_words(*args);
  c->ssh_executable = s.get("ssh_executable");
  c->host_key_checking = s.flag("host_key_checking", true);
  if (auto port = s.number("remote_port", 0); port > 0 && port < 65536) c->port = static_cast<std::uint16_t>(port);
  auto timeout = core::parse_int(given.last("timeout", s.text("timeout", "10")));
  if (!timeout || *timeout <= 0) return core::error("--timeout: '" + given.last("timeout") + "' is not a number of seconds");
  c->timeout = std::chrono::seconds(*timeout);
  return c;
}

engine::become_settings become_of(const parsed& given, const settings& s) {
  engine::become_settings b;
  b.active = given.has("become") || s.flag("become", false);
  b.user = given.last("become-user", s.text("become_user", "root"));
  b.method = given.last("become-method", s.text("become_method", "sudo"));
  b.flags = s.text("become_flags", "");
  b.exe = s.text("become_exe", "");
  return b;
}

/// All that a run needs, in the order in which it is made.
struct preparation {
  const parsed& given;
  settings config;
  actions::host_services services{{}};
  templating::templar templar{&services};
  std::vector<playbook::playbook> books;
  std::optional<playbook::inventory> hosts;
  playbook::run_settings facts_of_run;
  actors::run_options options;
  std::shared_ptr<actors::connection_defaults> connection;

  explicit preparation(const parsed& g) : given(g) {}

  int load_books();
  int load_inventory();
  int read_options();
  int list_hosts(playbook::variable_store& store);
};

int preparation::load_books() {
  auto table = known_actions();
  playbook::load_options load;
  load.actions = &table;
  load.check_template = [this](std::string_view text, bool bare, const core::location& where) { return templar.check(text, bare, where); };
  bool bad = false;
  for (auto& path : given.positional) {
    if (::access(path.c_str(), F_OK) != 0) {
      std::fprintf(stderr, "ERROR! the playbook: %s could not be found\n", path.c_str());
      return 1;
    }
    // Messages and task paths name files in full, as Ansible's do.
    char full[PATH_MAX];
    auto loaded = playbook::load_playbook(::realpath(path.c_str(), full) ? full : path, load);
    if (!loaded) {
      complain(loaded.error().what());
      bad = true;
      continue;
    }
    for (auto& p : loaded->problems) complain(p);
    bad |= !loaded->runnable();
    books.push_back(std::move(loaded->book));
  }
  return bad ? bad_input : 0;
}

int preparation::load_inventory() {
  auto sources = given.all("inventory");
  if (sources.empty()) sources = config.get("inventory") ? config.list("inventory") : std::vector<std::string>{"/etc/ansible/hosts"};
  auto loaded = playbook::load_inventory(sources);
  if (!loaded) {
    complain(loaded.error().what());
    return 1;
  }
  auto display = std::make_shared<report::display>(output_options_of(given, config));
  for (auto& w : loaded->warnings) display->warning(w.message);
  hosts = std::move(loaded->hosts);
  return 0;
}

int preparation::read_options() {
  auto c = connection_of(given, config);
  if (!c) {
    std::fprintf(stderr, "ERROR! %s\n", c.error().message().c_str());
    return 2;
  }
  connection = *c;
  auto forks = core::parse_int(given.last("forks", config.text("forks", "5")));
  if (!forks || *forks < 1) {
    std::fprintf(stderr, "ERROR! The number of processes (--forks) must be >= 1\n");
    return 1;
  }
  auto extra = playbook::parse_extra_vars(given.all("extra-vars"));
  if (!extra) {
    complain(extra.error().what());
    return bad_input;
  }
  options.forks = static_cast<unsigned>(*forks);
  options.limit.clear();
  for (auto& l : given.all("limit")) options.limit += (options.limit.empty() ? "" : ",") + l;
  auto tags = words_of_list(given.has("tags") ? given.all("tags") : config.list("run_tags"));
  if (!tags.empty()) options.plan.tags = tags;
  options.plan.skip_tags = words_of_list(given.has("skip-tags") ? given.all("skip-tags") : config.list("skip_tags"));
  options.defaults.check = given.has("check");
  options.defaults.diff = given.has("diff") || config.flag("diff_always", false);
  options.defaults.become = become_of(given, config);
  options.verbosity = given.count("verbose") + static_cast<int>(config.number("verbosity", 0));
  options.force_handlers = given.has("force-handlers") || config.flag("force_handlers", false);
  options.gather_by_default = config.text("gathering", "implicit") != "explicit";
  options.interactive = ::isatty(STDIN_FILENO);
  options.want_invocation = config.text("stdout_callback", "default").ends_with("json");
  options.connection = connection;
  options.io.prompts.ask = ask_on_terminal;
  facts_of_run.playbook_dir = given.positional.empty() ? "." : folder_of(given.positional.front());
  facts_of_run.config_file = config.file();
  facts_of_run.limit = options.limit;
  facts_of_run.run_tags = options.plan.tags;
  facts_of_run.skip_tags = options.plan.skip_tags;
  facts_of_run.forks = static_cast<int>(*forks);
  facts_of_run.verbosity = options.verbosity;
  facts_of_run.check_mode = options.defaults.check;
  facts_of_run.diff_mode = options.defaults.diff;
  facts_of_run.inject_facts = config.flag("inject_facts_as_vars", true);
  facts_of_run.extra_vars = std::move(*extra);
  if (auto ok = read_passwords(given, config, *connection, options.defaults.become); !ok) {
    std::fprintf(stderr, "ERROR! %s\n", ok.error().message().c_str());
    return 1;
  }
  return 0;
}

int preparation::list_hosts(playbook::variable_store& store) {
  for (auto& book : books) {
    std::printf("\nplaybook: %s\n", book.path.c_str());
    int number = 0;
    for (auto& p : book.plays) {
      std::vector<std::string> names;
      core::expected<playbook::selection> found = playbook::selection{};
      store.change_inventory([&](playbook::inventory& inv) {
        found = playbook::select_hosts(inv, p.hosts.raw, options.limit);
        if (found)
          for (auto id : found->hosts) names.push_back(inv.at(id).name);
      });
      if (!found) {
        complain(found.error().what());
        return 1;
      }
      std::printf("\n  play #%d (%s): %s\tTAGS: [%s]\n", ++number, std::string(p.hosts.raw.as_string()).c_str(), p.name.c_str(),
                  core::join(p.shared.tags, ", ").c_str());
      std::printf("    pattern: ['%s']\n    hosts (%zu):\n", std::string(p.hosts.raw.as_string()).c_str(), names.size());
      for (auto& n : names) std::printf("      %s\n", n.c_str());
    }
  }
  return 0;
}

} // namespace

int run(const parsed& given) {
  if (given.positional.empty()) {
    std::fprintf(stderr, "mito-actor run: name at least one playbook, as in `mito-actor run site.yml -i hosts.ini`\n");
    return 2;
  }
  preparation p(given);
  auto config = settings::load();
  if (!config) {
    complain(config.error().what());
    return 5;
  }
  p.config = std::move(*config);
  if (!given.positional.empty()) p.services.set_folders({folder_of(given.positional.front())});
  for (auto step : {&preparation::load_books, &preparation::read_options, &preparation::load_inventory})
    if (int code = (p.*step)()) return code;
  if (given.has("syntax-check")) {
    for (auto& b : p.books) std::printf("\nplaybook: %s\n", b.path.c_str());
    return 0;
  }
  auto display = std::make_shared<report::display>(output_options_of(given, p.config));
  for (auto& name : p.config.unknown()) display->warning("the setting " + name + " of " + p.config.file() + " is not supported yet");
  auto output = make_output(p.config, display);
  if (!output) {
    complain(output.error().what());
    return 5;
  }
  playbook::variable_store store(std::move(*p.hosts), p.facts_of_run, &p.templar);
  if (auto folders = store.load_vars_folders(); !folders) {
    complain(folders.error().what());
    return bad_input;
  }
  if (given.has("list-hosts")) return p.list_hosts(store);
  if (!p.options.limit.empty()) {
    core::expected<playbook::selection> found = playbook::selection{};
    store.change_inventory([&](playbook::inventory& inv) { found = playbook::select_hosts(inv, core::value("all"), p.options.limit); });
    if (!found || found->hosts.empty()) {
      for (auto& w : found ? found->warnings : std::vector<core::diagnostic>{}) display->warning(w.message);
      std::fprintf(stderr, "ERROR! %s\n", found ? "Specified hosts and/or --limit does not match any hosts" : found.error().message().c_str());
      return 1;
    }
  }
  std::size_t listed = 0;
  store.read_inventory([&](const playbook::inventory& inv) { listed = inv.listed(); });
  if (listed == 0)
    display->warning("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'");
  if (p.options.verbosity > 0 && !p.config.file().empty())
    display->print("Using " + p.config.file() + " as config file", report::color::verbose);
  else if (p.options.verbosity > 0)
    display->print("No config file found; using defaults", report::color::verbose);
  int code;
  {
    actors::run run(std::move(p.options), p.templar, store, {*output});
    signal_watch watch([&] { run.interrupt(); });
    code = run.execute(p.books);
  }
  return code;
}

} // namespace mito::cli

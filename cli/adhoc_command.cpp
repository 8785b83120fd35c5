// `mito-actor adhoc`: ansible, one task on a pattern of hosts.
#include <cstdio>

#include "actions/action.hpp"
#include "actors/run.hpp"
#include "cli/commands.hpp"
#include "cli/connections.hpp"
#include "cli/output.hpp"
#include "cli/secrets.hpp"
#include "cli/signals.hpp"
#include "cli/site.hpp"
#include "core/json.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/loader.hpp"
#include "report/oneline_output.hpp"

#include <unistd.h>

namespace mito::cli {

namespace {

constexpr option options[] = {
    {"-m,--module-name", "MODULE", "what to do (default command)", "what and where"},
    {"-a,--args", "ARGS", "its arguments: key=value words, or JSON", "what and where"},
    {"-i,--inventory-file,--inventory", "SOURCE", "inventory file, folder, executable, or a list of hosts with a comma (may be repeated)",
     "what and where", true},
    {"-l,--limit", "PATTERN", "only these of the hosts; @FILE reads names from a file", "what and where"},
    {"-e,--extra-vars", "VARS", "variables that win over all others: key=value, YAML/JSON, or @FILE (may be repeated)", "what and where", true},
    {"--playbook-dir", "FOLDER", "stands for a playbook's folder: group_vars, host_vars and files are looked for there", "what and where"},
    {"--list-hosts", "", "list the hosts, do nothing", "how"},
    {"-o,--one-line", "", "one line for each host", "how"},
    {"-t,--tree", "FOLDER", "write each host's result to a file in this folder", "how"},
    {"-C,--check", "", "change nothing, say what would change", "how"},
    {"-D,--diff", "", "show what changes in files", "how"},
    {"-f,--forks", "N", "hosts that work at one time (default 5)", "how"},
    {"--task-timeout", "SECONDS", "end what takes longer", "how"},
    {"-v,--verbose", "", "say more; up to -vvvv", "how"},
    {"-u,--user", "NAME", "log in as this user", "connection"},
    {"-c,--connection", "KIND", "ssh or local (default ssh)", "connection"},
    {"--private-key,--key-file", "FILE", "log in with this key", "connection"},
    {"-T,--timeout", "SECONDS", "for setting up a connection (default 10)", "connection"},
    {"-k,--ask-pass", "", "ask for the login password", "connection"},
    {"--connection-password-file,--conn-pass-file", "FILE", "read the login password from a file", "connection"},
    {"--ssh-common-args", "ARGS", "OpenSSH options for every connection", "connection"},
    {"--ssh-extra-args", "ARGS", "OpenSSH options for the ssh connection only", "connection"},
    {"-b,--become", "", "act as another user", "become"},
    {"--become-user", "NAME", "that user (default root)", "become"},
    {"--become-method", "METHOD", "sudo or su (default sudo)", "become"},
    {"-K,--ask-become-pass", "", "ask for the become password", "become"},
    {"--become-password-file,--become-pass-file", "FILE", "read the become password from a file", "become"},
    {"-B,--background", "SECONDS", "", "", false, true},
    {"-P,--poll", "SECONDS", "", "", false, true},
    {"-M,--module-path", "PATH", "", "", true, true},
    {"--vault-id", "ID", "", "", true, true},
    {"-J,--ask-vault-password,--ask-vault-pass", "", "", "", false, true},
    {"--vault-password-file,--vault-pass-file", "FILE", "", "", true, true},
    {"--sftp-extra-args", "ARGS", "", "", false, true},
    {"--scp-extra-args", "ARGS", "", "", false, true},
};

int refuse(const std::string& what, int code) {
  std::fprintf(stderr, "ERROR! %s\n", what.c_str());
  return code;
}

/// One task as a playbook, and all that running it needs.
struct adhoc : site {
  std::string pattern, module;
  std::vector<playbook::playbook> books;
  actors::run_options options;

  explicit adhoc(const parsed& g) : site(g) {}

  bool needs_arguments() const;
  core::expected<core::dict> arguments() const;
  int make_book();
  int read_options();
  /// The hosts of the pattern; 0, or the exit code.
  int find_hosts(report::display& display, std::vector<std::string>& names);
  core::expected<std::vector<std::shared_ptr<report::sink>>> outputs(const std::shared_ptr<report::display>& display) const;
};

bool adhoc::needs_arguments() const {
  std::string_view name = module;
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  return name == "command" || name == "shell" || name == "raw" || name == "script";
}

core::expected<core::dict> adhoc::arguments() const {
  auto text = given.last("args", config.text("module_args", ""));
  if (text.starts_with('{') && text.ends_with('}'))
    if (auto json = core::parse_json(text, {.depth = 200, .trust = core::trust::source}); json && json->is_dict() && json->truthy())
      return json->as_dict();
  return playbook::parse_arguments(text, needs_arguments());
}

int adhoc::make_book() {
  auto args = arguments();
  if (!args) {
    complain(args.error().what());
    return bad_input;
  }
  playbook::action_table table;
  for (auto& e : actions::all()) table.add({std::string(e.name), e.free_form, e.raw_params});
  core::dict task{{core::value(module), core::value(std::move(*args))}};
  if (auto seconds = given.last("task-timeout", config.text("task_timeout", "")); !seconds.empty()) {
    auto n = core::parse_int(seconds);
    if (!n) return refuse("argument --task-timeout: invalid int value: '" + seconds + "'", bad_options);
    task.set("timeout", core::value(*n));
  }
  core::dict play{{core::value("name"), core::value("Ansible Ad-Hoc")},
                  {core::value("hosts"), core::value(pattern)},
                  {core::value("gather_facts"), core::value(false)},
                  {core::value("tasks"), core::value(core::list{core::value(std::move(task))})}};
  playbook::load_options load;
  load.actions = &table;
  load.check_template = [this](std::string_view text, bool bare, const core::location& where) { return templar.check(text, bare, where); };
  auto loaded = playbook::load_playbook_text(run.playbook_dir + "/__adhoc_playbook__",
                                             core::to_json(core::value(core::list{core::value(std::move(play))})), load);
  if (!loaded) {
    complain(loaded.error().what());
    return bad_input;
  }
  for (auto& p : loaded->problems) {
    p.where = {}; // there is no file to look into
    complain(p);
  }
  if (!loaded->runnable()) return bad_input;
  books.push_back(std::move(loaded->book));
  return 0;
}

int adhoc::read_options() {
  auto c = connection_of(given, config);
  if (!c) return refuse(c.error().message(), bad_options);
  options.connection = *c;
  options.forks = static_cast<unsigned>(run.forks);
  options.limit = run.limit;
  options.defaults.check = run.check_mode;
  options.defaults.diff = run.diff_mode;
  options.defaults.become = become_of(given, config);
  options.verbosity = run.verbosity;
  options.interactive = ::isatty(STDIN_FILENO);
  options.io.prompts.ask = ask_on_terminal;
  if (auto ok = read_passwords(given, config, **c, options.defaults.become); !ok) return refuse(ok.error().message(), bad_usage);
  return 0;
}

int adhoc::find_hosts(report::display& display, std::vector<std::string>& names) {
  bool empty = hosts->listed().empty();
  if (empty && config.flag("localhost_warning", true) && !playbook::inventory::is_local_name(pattern))
    display.warning("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'");
  auto found = playbook::select_hosts(*hosts, core::value(pattern), run.limit);
  if (!found && !run.limit.empty()) return refuse(found.error().message(), bad_usage);
  if (found) {
    show_messages(display, found->warnings);
    for (auto h : found->hosts) names.push_back(hosts->at(h).name);
  }
  if (!names.empty() || (found && empty)) return 0;
  if (!run.limit.empty())
    return refuse("Specified inventory, host pattern and/or --limit leaves us with no hosts to target.", bad_usage);
  display.warning("No hosts matched, nothing to do");
  return 0;
}

core::expected<std::vector<std::shared_ptr<report::sink>>>
adhoc::outputs(const std::shared_ptr<report::display>& display) const {
  std::string name = given.has("one-line") ? "oneline" : "minimal";
  // A chosen callback counts only where bin_ansible_callbacks says so.
  auto chosen = config.text("stdout_callback", "default");
  if (!given.has("one-line") && config.flag("load_callback_plugins", false) && chosen != "default") name = chosen;
  auto first = make_output(name, config, display);
  if (!first) return first.error();
  std::vector<std::shared_ptr<report::sink>> out{*first};
  if (given.has("tree"))
    out.push_back(std::make_shared<report::tree_output>(display, playbook::unfrack_path(given.last("tree"))));
  return out;
}

int list(const std::vector<std::string>& names) {
  std::printf("  hosts (%zu):\n", names.size());
  for (const auto& n : names) std::printf("    %s\n", n.c_str());
  return 0;
}

void say_configuration(report::display& display, const settings& config) {
  if (display.options().verbosity == 0) return;
  display.print(config.file().empty() ? "No config file found; using defaults" : "Using " + config.file() + " as config file",
                report::color::verbose);
}

} // namespace

int run_adhoc(const parsed& given) {
  if (given.positional.size() != 1)
    return refuse(given.positional.empty() ? "the following arguments are required: pattern"
                                           : "unrecognized arguments: " + given.positional[1],
                  bad_options);
  adhoc a(given);
  if (int code = a.load_settings()) return code;
  auto display = std::make_shared<report::display>(output_options_of(given, a.config));
  say_configuration(*display, a.config);
  a.pattern = given.positional.front();
  a.module = given.last("module-name", a.config.text("module_name", "command"));
  if (int code = a.read_variables(playbook::unfrack_path(given.last("playbook-dir", a.config.text("playbook_dir", "."))))) return code;
  if (int code = a.read_options()) return code;
  if (int code = a.load_inventory(*display)) return code;
  std::vector<std::string> names;
  if (int code = a.find_hosts(*display, names)) return code;
  if (given.has("list-hosts")) return list(names);
  if (a.needs_arguments() && given.last("args", a.config.text("module_args", "")).empty())
    return refuse("No argument passed to " + a.module + " module" +
                      (a.pattern.ends_with(".yml") ? " (did you mean to run ansible-playbook?)" : ""),
                  bad_settings);
  if (int code = a.make_book()) return code;
  auto outputs = a.outputs(display);
  if (!outputs) {
    complain(outputs.error().what());
    return bad_settings;
  }
  if (int code = a.make_store()) return code;
  show_messages(*display, a.store->take_warnings());
  actors::run run(std::move(a.options), a.templar, *a.store, std::move(*outputs));
  signal_watch watch([&] { run.interrupt(); });
  return run.execute(a.books);
}

const command adhoc_command{
    "adhoc",
    "run one task on hosts",
    "PATTERN",
    "Runs one module on the hosts of a pattern and shows what came of it. Takes the options of ansible.",
    "  mito-actor adhoc all -i hosts.ini -m ping              can we log in, and does it work there\n"
    "  mito-actor adhoc web -i hosts.ini -a 'uptime' -o       a command on the web servers, one line each\n"
    "  mito-actor adhoc db -i hosts.ini -b -m file -a 'path=/srv/x state=directory'\n",
    options,
    &run_adhoc,
    "ansible",
};

} // namespace mito::cli

// `mito-actor run`: from options and settings to a run.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "actions/action.hpp"
#include "actors/run.hpp"
#include "cli/commands.hpp"
#include "cli/connections.hpp"
#include "cli/listing.hpp"
#include "cli/output.hpp"
#include "cli/secrets.hpp"
#include "cli/signals.hpp"
#include "cli/site.hpp"
#include "core/text.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/loader.hpp"

namespace mito::cli {

namespace {

playbook::action_table known_actions() {
  playbook::action_table table;
  for (auto& e : actions::all()) table.add({std::string(e.name), e.free_form, e.raw_params});
  return table;
}

/// All that a run needs beside its site.
struct preparation : site {
  std::vector<playbook::playbook> books;
  actors::run_options options;

  explicit preparation(const parsed& g) : site(g) {}

  int load_books(report::display& display);
  int read_options();
};

int preparation::load_books(report::display& display) {
  auto shared = std::make_shared<playbook::load_options>();
  options.load = shared;
  auto& load = *shared;
  static const auto table = known_actions();
  load.actions = &table;
  load.roles_path = config.paths("roles_path", {"~/.ansible/roles", "/usr/share/ansible/roles", "/etc/ansible/roles"});
  load.collections_paths = config.paths("collections_paths", {"~/.ansible/collections", "/usr/share/ansible/collections"});
  load.render = [this](const core::value& text, const core::dict& vars, const core::location& where) {
    core::dict all = vars;
    all.update(run.extra_vars);
    return templar.render(text, templating::dict_scope(std::move(all)), {}, where);
  };
  load.check_template = [this](std::string_view text, bool bare, const core::location& where) { return templar.check(text, bare, where); };
  bool bad = false;
  for (auto& path : given.positional) {
    if (::access(path.c_str(), F_OK) != 0) {
      std::fprintf(stderr, "ERROR! the playbook: %s could not be found\n", path.c_str());
      return 1;
    }
    // Messages and task paths name files in full, as Ansible's do; links stay as they are.
    std::error_code error;
    auto loaded = playbook::load_playbook(std::filesystem::absolute(path, error).lexically_normal().string(), load);
    if (!loaded) {
      complain(loaded.error().what());
      bad = true;
      continue;
    }
    for (auto& p : loaded->problems) p.severity == core::severity::warning ? display.warning(p.message) : complain(p);
    bad |= !loaded->runnable();
    loaded->book.path = path;
    books.push_back(std::move(loaded->book));
  }
  return bad ? bad_input : 0;
}

int preparation::read_options() {
  if (int code = read_variables(given.positional.empty() ? "." : folder_of(given.positional.front()))) return code;
  auto c = connection_of(given, config);
  if (!c) {
    std::fprintf(stderr, "ERROR! %s\n", c.error().message().c_str());
    return bad_options;
  }
  options.connection = *c;
  options.forks = static_cast<unsigned>(run.forks);
  options.limit = run.limit;
  options.plan.start_at_task = given.last("start-at-task");
  options.strategy = config.text("strategy", "linear");
  options.step = given.has("step");
  options.plan.tags = run.run_tags;
  options.plan.skip_tags = run.skip_tags;
  options.defaults.check = run.check_mode;
  options.defaults.diff = run.diff_mode;
  options.defaults.become = become_of(given, config);
  options.verbosity = run.verbosity;
  options.force_handlers = given.has("force-handlers") || config.flag("force_handlers", false);
  options.gather_by_default = config.text("gathering", "implicit") != "explicit";
  options.interactive = ::isatty(STDIN_FILENO);
  options.io.prompts.ask = ask_on_terminal;
  if (auto ok = read_passwords(given, config, **c, options.defaults.become); !ok) {
    std::fprintf(stderr, "ERROR! %s\n", ok.error().message().c_str());
    return bad_usage;
  }
  return 0;
}

/// --limit must match something before anything is run. 0: it does.
int check_limit(preparation& p, report::display& display) {
  if (p.options.limit.empty()) return 0;
  core::expected<playbook::selection> found = playbook::selection{};
  p.store->change_inventory([&](playbook::inventory& inv) { found = playbook::select_hosts(inv, core::value("all"), p.options.limit); });
  if (found && !found->hosts.empty()) return 0;
  for (auto& w : found ? found->warnings : std::vector<core::diagnostic>{}) display.warning(w.message);
  std::fprintf(stderr, "ERROR! %s\n", found ? "Specified hosts and/or --limit does not match any hosts" : found.error().message().c_str());
  return bad_usage;
}

std::vector<std::string> playbook_folders(const parsed& given) {
  std::vector<std::string> out;
  for (auto& path : given.positional) out.push_back(folder_of(path));
  return out;
}

/// What -v tells before anything else: our version (-vv) and the configuration.
void say_configuration(const settings& config, report::display& display) {
  auto& file = config.file();
  if (display.options().verbosity > 1) display.verbose("mito-actor 0.1.0\n  config file = " + (file.empty() ? "None" : file));
  if (display.options().verbosity > 0) display.verbose(file.empty() ? "No config file found; using defaults" : "Using " + file + " as config file");
}

void warn_of_no_hosts(preparation& p, report::display& display) {
  std::size_t listed = 0;
  p.store->read_inventory([&](const playbook::inventory& inv) { listed = inv.listed(); });
  if (listed == 0 && p.config.flag("localhost_warning", true))
    display.warning("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'");
}

} // namespace

int run(const parsed& given) {
  if (given.positional.empty()) {
    std::fprintf(stderr, "mito-actor run: name at least one playbook, as in `mito-actor run site.yml -i hosts.ini`\n");
    return bad_options;
  }
  preparation p(given);
  if (int code = p.load_settings()) return code;
  auto display = make_display(given, p.config);
  say_configuration(p.config, *display);
  p.services.set_folders({folder_of(given.positional.front())});
  if (int code = p.read_options()) return code;
  if (int code = p.load_books(*display)) return code;
  if (int code = p.load_inventory(*display)) return code;
  if (given.has("syntax-check")) {
    for (auto& name : given.positional) std::printf("\nplaybook: %s\n", name.c_str());
    return 0;
  }
  for (auto& name : p.config.unknown()) display->warning("the setting " + name + " of " + p.config.file() + " is not supported yet");
  auto outputs = make_outputs(p.config, display, {"", true, playbook_folders(given)});
  if (!outputs) {
    complain(outputs.error().what());
    return outputs.error().what().category == "callback" ? bad_usage : bad_settings;
  }
  p.options.want_invocation = outputs->show_invocation;
  if (int code = p.make_store()) return code;
  listing what{given.has("list-hosts"), given.has("list-tasks"), given.has("list-tags")};
  if (what.hosts || what.tasks || what.tags) return list(p.books, given.positional, *p.store, p.options.plan, p.options.limit, what);
  if (int code = check_limit(p, *display)) return code;
  warn_of_no_hosts(p, *display);
  // What is asked on the terminal does not mix with the output.
  p.options.io.prompts.ask = [display](const std::string& question, bool echo) {
    std::optional<std::string> answer;
    display->writer().while_silent([&] { answer = ask_on_terminal(question, echo); });
    return answer;
  };
  display->writer().start();
  actors::run run(std::move(p.options), p.templar, *p.store, std::move(outputs->sinks));
  signal_watch watch([&] {
    display->print("[ERROR]: User interrupted execution", report::color::error, report::where::err);
    run.interrupt();
  });
  // Nobody reads what would be said: the run ends in good order.
  display->writer().when_closed([&] { run.interrupt(); });
  int code = run.execute(p.books);
  display->writer().when_closed(nullptr);
  return code;
}

} // namespace mito::cli

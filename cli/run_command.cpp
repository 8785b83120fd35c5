// `mito-actor run`: from options and settings to a run.
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "actions/action.hpp"
#include "actors/run.hpp"
#include "cli/commands.hpp"
#include "cli/connections.hpp"
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

  int load_books();
  int read_options();
  int list_hosts();
};

int preparation::load_books() {
  auto table = known_actions();
  playbook::load_options load;
  load.actions = &table;
  load.check_template = [this](std::string_view text, bool bare, const core::location& where) { return templar.check(text, bare, where); };
  load.vault = vault;
  using duplicates = playbook::load_options::duplicates;
  auto repeated = config.text("duplicate_dict_key", "warn");
  load.duplicate_keys = repeated == "error" ? duplicates::error : repeated == "ignore" ? duplicates::ignore : duplicates::warn;
  int code = 0;
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
      code = code_of(loaded.error());
      continue;
    }
    for (auto& p : loaded->problems) complain(p);
    if (!loaded->runnable()) code = bad_input;
    books.push_back(std::move(loaded->book));
  }
  return code;
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
  options.plan.tags = run.run_tags;
  options.plan.skip_tags = run.skip_tags;
  options.defaults.check = run.check_mode;
  options.defaults.diff = run.diff_mode;
  options.defaults.become = become_of(given, config);
  options.verbosity = run.verbosity;
  options.force_handlers = given.has("force-handlers") || config.flag("force_handlers", false);
  options.gather_by_default = config.text("gathering", "implicit") != "explicit";
  options.interactive = ::isatty(STDIN_FILENO);
  options.want_invocation = config.text("stdout_callback", "default").ends_with("json");
  options.io.prompts.ask = ask_on_terminal;
  if (auto ok = read_passwords(given, config, **c, options.defaults.become); !ok) {
    std::fprintf(stderr, "ERROR! %s\n", ok.error().message().c_str());
    return bad_usage;
  }
  return 0;
}

int preparation::list_hosts() {
  for (auto& book : books) {
    std::printf("\nplaybook: %s\n", book.path.c_str());
    int number = 0;
    for (auto& p : book.plays) {
      std::vector<std::string> names;
      core::expected<playbook::selection> found = playbook::selection{};
      store->change_inventory([&](playbook::inventory& inv) {
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

namespace {

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

void say_beginnings(preparation& p, report::display& display) {
  std::size_t listed = 0;
  p.store->read_inventory([&](const playbook::inventory& inv) { listed = inv.listed(); });
  if (listed == 0)
    display.warning("provided hosts list is empty, only localhost is available. Note that the implicit localhost does not match 'all'");
  if (p.options.verbosity == 0) return;
  display.print(p.config.file().empty() ? "No config file found; using defaults" : "Using " + p.config.file() + " as config file",
                report::color::verbose);
}

} // namespace

int run(const parsed& given) {
  if (given.positional.empty()) {
    std::fprintf(stderr, "mito-actor run: name at least one playbook, as in `mito-actor run site.yml -i hosts.ini`\n");
    return bad_options;
  }
  preparation p(given);
  if (int code = p.load_settings()) return code;
  auto display = std::make_shared<report::display>(output_options_of(given, p.config));
  say_settings(p.config, *display);
  p.services.set_folders({folder_of(given.positional.front())});
  if (int code = p.load_secrets(*display)) return code;
  if (int code = p.load_books()) return code;
  if (int code = p.read_options()) return code;
  if (int code = p.load_inventory(*display)) return code;
  if (given.has("syntax-check")) {
    for (auto& b : p.books) std::printf("\nplaybook: %s\n", b.path.c_str());
    return 0;
  }
  auto output = make_output(p.config, display);
  if (!output) {
    complain(output.error().what());
    return bad_settings;
  }
  if (int code = p.make_store()) return code;
  if (given.has("list-hosts")) return p.list_hosts();
  if (int code = check_limit(p, *display)) return code;
  say_beginnings(p, *display);
  actors::run run(std::move(p.options), p.templar, *p.store, {*output});
  signal_watch watch([&] { run.interrupt(); });
  return run.execute(p.books);
}

} // namespace mito::cli

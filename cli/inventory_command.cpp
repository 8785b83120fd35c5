// `mito-actor inventory`: ansible-inventory.
#include <cstdio>
#include <fstream>

#include "cli/commands.hpp"
#include "cli/inventory_settings.hpp"
#include "cli/inventory_views.hpp"
#include "cli/site.hpp"
#include "cli/yaml_dump.hpp"
#include "playbook/inventory/patterns.hpp"

namespace mito::cli {

namespace {

constexpr option options[] = {
    {"--list", "", "all groups, hosts and their variables, as an inventory script prints them", "what to show"},
    {"--host", "NAME", "the variables of one host", "what to show"},
    {"--graph", "", "the groups as a tree; an argument names the group to start at", "what to show"},
    {"-y,--yaml", "", "YAML instead of JSON (not for --graph)", "how to show it"},
    {"--toml", "", "", "", false, true},
    {"--vars", "", "with --graph: variables as well", "how to show it"},
    {"--export", "", "with --list: only what groups and hosts say themselves, in a form that reads back", "how to show it"},
    {"--output", "FILE", "with --list: write to this file", "how to show it"},
    {"-i,--inventory-file,--inventory", "SOURCE", "inventory file, folder, executable, or a list of hosts with a comma (may be repeated)",
     "where from", true},
    {"-l,--limit", "PATTERN", "with --list: only variables of these hosts", "where from"},
    {"--playbook-dir", "FOLDER", "group_vars and host_vars of this folder count as those of a playbook", "where from"},
    {"-e,--extra-vars", "VARS", "variables that win over all others: key=value, YAML/JSON, or @FILE (may be repeated)", "where from", true},
    {"-v,--verbose", "", "say more; up to -vvvv", "how to show it"},
    {"--vault-id", "ID", "", "", true, true},
    {"-J,--ask-vault-password,--ask-vault-pass", "", "", "", false, true},
    {"--vault-password-file,--vault-pass-file", "FILE", "", "", true, true},
};

/// Something that Ansible does not foresee.
constexpr int bad_surprise = 250;

int refuse(const std::string& what, int code) {
  std::fprintf(stderr, "ERROR! %s\n", what.c_str());
  return code;
}

int refuse(const core::error& e, int code) {
  complain(e.what());
  return code;
}

/// The text to show, or the exit code.
struct shown {
  std::string text;
  int code = 0;
};

class inventory_shower {
public:
  inventory_shower(site& s, report::display& display)
      : site_(s), display_(display), given_(s.given),
        views_(*s.store, {given_.has("export") || s.config.flag("inventory_export", false), !s.run.playbook_dir.empty() && has_folder()}) {}

  shown show() {
    if (given_.has("host")) return host();
    return given_.has("graph") ? graph() : list();
  }

private:
  bool has_folder() const { return given_.has("playbook-dir") || site_.config.get("playbook_dir"); }

  core::expected<playbook::selection> select(const std::string& pattern, std::string_view limit) {
    core::expected<playbook::selection> found = playbook::selection{};
    site_.store->change_inventory([&](playbook::inventory& i) { found = playbook::select_hosts(i, core::value(pattern), limit); });
    if (found) show_messages(display_, found->warnings);
    return found;
  }

  shown host() {
    auto found = select(given_.last("host"), {});
    if (!found) return {{}, refuse(found.error(), bad_usage)};
    if (found->hosts.size() != 1) return {{}, refuse("You must pass a single valid host to --host parameter", bad_settings)};
    auto vars = views_.of_host(found->hosts[0]);
    return vars ? dumped(*vars) : shown{{}, refuse(vars.error(), bad_input)};
  }

  shown graph() {
    auto start = views_.find_group(given_.positional.empty() ? "all" : given_.positional.front());
    if (start == playbook::no_id) return {{}, refuse("Pattern must be valid group name when using --graph", bad_settings)};
    auto text = views_.graph(start, given_.has("vars"));
    return text ? shown{std::move(*text)} : shown{{}, refuse(text.error(), text.error().what().where ? bad_input : bad_surprise)};
  }

  shown list() {
    if (!site_.run.limit.empty()) {
      auto found = select("all", site_.run.limit);
      if (!found) return {{}, refuse(found.error(), bad_usage)};
      views_.limit_to(found->hosts);
    }
    auto all = given_.has("yaml") ? views_.as_yaml() : views_.as_json();
    return all ? dumped(*all) : shown{{}, refuse(all.error(), bad_input)};
  }

  shown dumped(const core::value& v) {
    std::string warning;
    auto text = given_.has("yaml") ? dump_yaml(v) : inventory_json(v, warning);
    if (!warning.empty()) display_.warning(warning);
    return text ? shown{std::move(*text)} : shown{{}, refuse(text.error(), bad_surprise)};
  }

  site& site_;
  report::display& display_;
  const parsed& given_;
  inventory_views views_;
};

int write_out(report::display& display, const std::string& text, const std::string& file) {
  if (file.empty()) {
    display.print(text);
    return 0;
  }
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  return out ? 0 : refuse("Unable to write to destination file (" + file + ")", bad_usage);
}

} // namespace

int show_inventory(const parsed& given) {
  if (playbook::runs_for_a_plugin()) return 127;
  int wanted = given.has("list") + given.has("host") + given.has("graph");
  if (wanted == 0) return refuse("No action selected, at least one of --host, --graph or --list needs to be specified.", bad_settings);
  if (wanted > 1)
    return refuse("Conflicting options used, only one of --host, --graph or --list can be used at the same time.", bad_settings);
  site s(given);
  if (int code = s.load_settings()) return code;
  report::display display(output_options_of(given, s.config));
  auto folder = playbook::unfrack_path(given.last("playbook-dir", s.config.text("playbook_dir", ".")));
  if (int code = s.read_variables(folder)) return code;
  s.run.vars_at_task = vars_are_shown(s.config);
  if (int code = s.load_inventory(display)) return code;
  if (int code = s.make_store()) return code;
  auto result = inventory_shower(s, display).show();
  // A tree without variables has no need of vars files, and no word about them.
  if (!given.has("graph") || given.has("vars")) show_messages(display, s.store->take_warnings());
  if (result.code) return result.code;
  return write_out(display, result.text, given.last("output"));
}

const command inventory_command{
    "inventory",
    "show hosts, groups and variables",
    "[GROUP]",
    "Shows what inventory sources, group_vars and host_vars amount to. Takes the options of ansible-inventory and prints the "
    "same, byte for byte.",
    "  mito-actor inventory -i hosts.ini --graph              the groups as a tree\n"
    "  mito-actor inventory -i hosts.ini --host web1          the variables of one host\n"
    "  mito-actor inventory -i cloud.yml --list --export      an inventory that reads back without its plugin\n",
    options,
    &show_inventory,
    "ansible-inventory",
};

} // namespace mito::cli

// playbook_dump inventory SOURCE… [--basedir DIR]   hostvars and groups as ansible-inventory --list has them
// playbook_dump hosts PATTERN LIMIT SOURCE…          names, one a line
// playbook_dump tasks PLAYBOOK                       as ansible-playbook --list-tasks
// playbook_dump args RAW TEXT                        key=value parsing (RAW: 0 or 1)
#include <algorithm>
#include <iostream>
#include <set>
#include <string>
#include <vector>

#include "core/json.hpp"
#include "core/python.hpp"
#include "playbook/arguments.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/loader.hpp"
#include "playbook/variables/store.hpp"

using namespace mito;
using namespace mito::playbook;
using core::value;

namespace {

int fail(const core::error& e) {
  std::cerr << "ERROR! " << core::render(e.what()) << "\n";
  return 1;
}

void show_warnings(const std::vector<core::diagnostic>& warnings) {
  for (const auto& w : warnings)
    if (w.severity == core::severity::warning) std::cerr << "[WARNING]: " << w.message << "\n";
}

const std::set<std::string_view> internal{"ansible_diff_mode",
                                          "ansible_config_file",
                                          "ansible_facts",
                                          "ansible_forks",
                                          "ansible_inventory_sources",
                                          "ansible_limit",
                                          "ansible_playbook_python",
                                          "ansible_run_tags",
                                          "ansible_skip_tags",
                                          "ansible_verbosity",
                                          "ansible_version",
                                          "inventory_dir",
                                          "inventory_file",
                                          "inventory_hostname",
                                          "inventory_hostname_short",
                                          "groups",
                                          "group_names",
                                          "omit",
                                          "playbook_dir",
                                          "hostvars",
                                          "ansible_check_mode",
                                          "vars"};

int dump_inventory(std::vector<std::string> args) {
  run_settings settings;
  if (auto it = std::find(args.begin(), args.end(), "--basedir"); it != args.end()) {
    settings.playbook_dir = *(it + 1);
    args.erase(it, it + 2);
  }
  auto loaded = load_inventory(args);
  if (!loaded) return fail(loaded.error());
  show_warnings(loaded->warnings);
  auto copy = loaded->hosts;
  variable_store store(std::move(loaded->hosts), settings);
  if (auto ok = store.load_vars_folders(); !ok) return fail(ok.error());
  core::dict hostvars, groups;
  for (auto h : copy.listed()) {
    auto vars = store.scope_for(h);
    if (!vars) return fail(vars.error());
    core::dict d;
    for (auto name : (*vars)->names())
      if (!internal.contains(name)) d.set(name, *(*vars)->lookup(name));
    hostvars.set(copy.at(h).name, value(std::move(d)));
  }
  for (group_id g = 0; g < copy.groups().size(); ++g) {
    core::list hosts, children;
    for (auto h : copy.group_at(g).hosts) hosts.emplace_back(copy.at(h).name);
    for (auto c : copy.group_at(g).children) children.emplace_back(copy.group_at(c).name);
    groups.set(copy.group_at(g).name,
               value(core::dict{{value("hosts"), value(hosts)}, {value("children"), value(children)}}));
  }
  std::cout << core::to_json(
                   value(core::dict{{value("hostvars"), value(hostvars)}, {value("groups"), value(groups)}}))
            << "\n";
  return 0;
}

int dump_hosts(const std::vector<std::string>& args) {
  auto loaded = load_inventory({args.begin() + 2, args.end()});
  if (!loaded) return fail(loaded.error());
  auto found = select_hosts(loaded->hosts, value(args[0]), args[1]);
  if (!found) return fail(found.error());
  show_warnings(found->warnings);
  for (auto h : found->hosts) std::cout << loaded->hosts.at(h).name << "\n";
  return 0;
}

action_table all_actions() {
  action_table out;
  for (const auto* name : {"command", "shell", "raw", "script"}) out.add({name, true, true});
  for (const auto* name : {"add_host", "group_by", "set_fact", "meta"}) out.add({name, true, false});
  for (const auto* name :
       {"ping", "stat", "file", "copy", "slurp", "tempfile", "wait_for", "getent", "setup", "debug", "assert",
        "fail", "pause", "template", "service", "apt", "package", "user", "lineinfile"})
    out.add({name});
  return out;
}

void print_tasks(const std::vector<item>& items, const std::set<std::string>& play_tags) {
  for (const auto& i : items) {
    auto tags = play_tags;
    const auto& own = i.task ? i.task->shared.tags : i.block->shared.tags;
    tags.insert(own.begin(), own.end());
    if (i.block) {
      print_tasks(i.block->body, tags); // rescue and always are not listed
      continue;
    }
    std::cout << "      " << (i.task->name.empty() ? i.task->action_as_written : i.task->name) << "\tTAGS: [";
    for (auto it = tags.begin(); it != tags.end(); ++it) std::cout << (it == tags.begin() ? "" : ", ") << *it;
    std::cout << "]\n";
  }
}

int dump_tasks(const std::string& path) {
  auto actions = all_actions();
  load_options options;
  options.actions = &actions;
  auto book = load_playbook(path, options);
  if (!book) return fail(book.error());
  for (const auto& p : book->problems) std::cerr << core::render(p) << "\n";
  if (!book->runnable()) return 4;
  std::cout << "\nplaybook: " << path << "\n";
  int number = 0;
  for (const auto& play : book->book.plays) {
    std::string hosts;
    for (const auto& h : play.hosts.raw.is_list() ? play.hosts.raw.as_list() : core::list{play.hosts.raw})
      hosts += (hosts.empty() ? "" : ",") + core::to_str(h);
    std::set<std::string> tags(play.shared.tags.begin(), play.shared.tags.end());
    std::cout << "\n  play #" << ++number << " (" << hosts << "): " << (play.name.empty() ? hosts : play.name)
              << "\tTAGS: [";
    for (std::size_t i = 0; i < play.shared.tags.size(); ++i)
      std::cout << (i ? "," : "") << play.shared.tags[i];
    std::cout << "]\n    tasks:\n";
    for (const auto* part : {&play.pre_tasks, &play.tasks, &play.post_tasks}) print_tasks(*part, tags);
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) return 2;
  auto command = args[0];
  args.erase(args.begin());
  if (command == "inventory") return dump_inventory(args);
  if (command == "hosts" && args.size() > 2) return dump_hosts(args);
  if (command == "tasks") return dump_tasks(args[0]);
  if (command == "args" && args.size() == 2) {
    auto parsed = parse_arguments(args[1], args[0] == "1");
    if (!parsed) return fail(parsed.error());
    std::cout << core::to_json(value(*parsed)) << "\n";
    return 0;
  }
  return 2;
}

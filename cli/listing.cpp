#include "cli/listing.hpp"

#include <cstdio>
#include <set>

#include "cli/site.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/inventory/patterns.hpp"

namespace mito::cli {

namespace {

std::string pattern_of(const playbook::play& p) {
  if (!p.hosts.raw.is_list()) return core::to_str(p.hosts.raw);
  std::vector<std::string> parts;
  for (auto& h : p.hosts.raw.as_list()) parts.push_back(core::to_str(h));
  return core::join(parts, ",");
}

/// Tasks in their order of writing; rescue and always are left out, as ansible-playbook does.
void collect(const strategy::plan_block& b, std::vector<const engine::task_spec*>& out) {
  for (auto& i : b.body) {
    if (i.block)
      collect(*i.block, out);
    else if (!(i.task->spec->implicit && i.task->spec->action == "meta"))
      out.push_back(i.task->spec.get());
  }
}

std::string bracketed(const std::set<std::string>& tags, const char* separator) {
  return "[" + core::join(std::vector<std::string>(tags.begin(), tags.end()), separator) + "]";
}

int list_hosts(const playbook::play& p, playbook::variable_store& store, const std::string& limit) {
  std::vector<std::string> names;
  core::expected<playbook::selection> found = playbook::selection{};
  store.change_inventory([&](playbook::inventory& inv) {
    found = playbook::select_hosts(inv, p.hosts.raw, limit);
    if (found)
      for (auto id : found->hosts) names.push_back(inv.at(id).name);
  });
  if (!found) {
    complain(found.error().what());
    return bad_usage;
  }
  core::list pattern = p.hosts.raw.is_list() ? p.hosts.raw.as_list() : core::list{p.hosts.raw};
  std::printf("    pattern: %s\n    hosts (%zu):\n", core::to_repr(core::value(std::move(pattern))).c_str(), names.size());
  for (auto& n : names) std::printf("      %s\n", n.c_str());
  return 0;
}

void list_tasks(const strategy::plan& plan, const std::set<std::string>& play_tags, const listing& what) {
  std::vector<const engine::task_spec*> tasks;
  collect(*plan.root, tasks);
  auto all = play_tags;
  for (auto* t : tasks) all.insert(t->tags.begin(), t->tags.end());
  if (what.tasks) {
    std::printf("    tasks:\n");
    for (auto* t : tasks) {
      auto tags = play_tags;
      tags.insert(t->tags.begin(), t->tags.end());
      auto name = t->name.empty() ? t->action_as_written : t->role.empty() ? t->name : t->role + " : " + t->name;
      std::printf("      %s\tTAGS: %s\n", name.c_str(), bracketed(tags, ", ").c_str());
    }
  }
  if (what.tags) std::printf("      TASK TAGS: %s\n", bracketed(all, ", ").c_str());
}

} // namespace

int list(const std::vector<playbook::playbook>& books, const std::vector<std::string>& names, playbook::variable_store& store, const strategy::plan_options& options,
         const std::string& limit, const listing& what) {
  for (std::size_t i = 0; i < books.size(); ++i) {
    auto& book = books[i];
    std::printf("\nplaybook: %s\n", names[i].c_str());
    int number = 0;
    for (auto& p : book.plays) {
      std::set<std::string> tags(p.shared.tags.begin(), p.shared.tags.end());
      auto pattern = pattern_of(p);
      std::printf("\n  play #%d (%s): %s\tTAGS: %s\n", ++number, pattern.c_str(), p.name.empty() ? pattern.c_str() : p.name.c_str(),
                  bracketed(tags, ",").c_str());
      if (what.hosts)
        if (int code = list_hosts(p, store, limit)) return code;
      if (what.tasks || what.tags) list_tasks(strategy::make_plan(p, false, options), tags, what);
    }
  }
  return 0;
}

} // namespace mito::cli

// What includes bring: read once the round is over, once for all hosts that include the same.
#include <algorithm>
#include <map>

#include "actors/play_machine.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"
#include "playbook/roles.hpp"

namespace mito::actors {

namespace {

std::string folder_part(const std::string& name) {
  auto slash = name.rfind('/');
  return slash == name.npos ? std::string() : slash == 0 ? "/" : name.substr(0, slash);
}

/// The loop's variables of one result, which the included tasks see.
core::dict special_variables(const core::value& result) {
  core::dict out;
  auto& d = result.as_dict();
  auto take = [&](std::string_view name) {
    if (auto* v = d.find(name)) out.set(name, *v);
  };
  std::string loop_var(result.text("ansible_loop_var"));
  take(loop_var.empty() ? "item" : loop_var);
  if (auto index = result.text("ansible_index_var"); !index.empty()) take(index);
  take("_ansible_item_label");
  take("ansible_loop");
  return out;
}

bool option(const core::dict& args, std::string_view name, bool fallback) {
  auto* v = args.find(name);
  return v ? engine::to_boolean(*v).value_or(fallback) : fallback;
}

playbook::role_use use_of(const core::dict& args, const core::dict& vars, const engine::task_spec& spec,
                          const std::shared_ptr<const playbook::role>& parent) {
  playbook::role_use use;
  auto text = [&](std::string_view name) {
    auto* v = args.find(name);
    return v && !v->is_none() ? core::to_str(*v) : std::string();
  };
  use.name = text("name");
  if (use.name.empty()) use.name = text("role");
  use.where = spec.where;
  use.shared.vars = vars;
  use.shared.collections = spec.collections;
  auto file = [&](std::string_view name) {
    auto t = text(name);
    return t.substr(t.rfind('/') + 1);
  };
  use.files = {file("tasks_from"), file("vars_from"), file("defaults_from"), file("handlers_from")};
  use.from_include = true;
  use.allow_duplicates = option(args, "allow_duplicates", true);
  use.validate = option(args, "rolespec_validate", true);
  if (parent) use.beside = folder_part(parent->path);
  return use;
}

} // namespace

bool play_machine::is_include() const {
  return engine::is_include(*now_->round.task->spec);
}

void play_machine::keep_inclusion(host_index host, const task_done& d) {
  auto& r = d.result.result;
  emit(host, d, report::verdict::ok, false, false);
  now_->including.push_back(host);
  for (auto& one : d.result.looped ? r["results"].as_list() : core::list{r}) {
    if (one["skipped"].truthy() || one["failed"].truthy()) continue;
    pending_include p;
    p.args = one["include_args"].as_dict();
    p.file = std::string(one.text("include"));
    if (d.result.looped) p.special = special_variables(one);
    auto same = std::find_if(now_->includes.begin(), now_->includes.end(), [&](const pending_include& other) {
      return other.file == p.file && core::value(core::dict(other.args)) == core::value(core::dict(p.args)) &&
             core::value(core::dict(other.special)) == core::value(core::dict(p.special)) &&
             std::find(other.hosts.begin(), other.hosts.end(), host) == other.hosts.end();
    });
    if (same == now_->includes.end()) same = now_->includes.insert(now_->includes.end(), std::move(p));
    same->hosts.push_back(host);
  }
}

void play_machine::add_handlers(const std::vector<playbook::item>& items, const strategy::inclusion& what) {
  if (items.empty()) return;
  auto first = setup_.plan->handlers.size();
  auto number = static_cast<std::uint32_t>(setup_.plan->met.size() + 1);
  setup_.plan->add_handlers(strategy::plan_included_handlers(current_, items, what, number, setup_.options));
  name_handlers(first);
}

void play_machine::fail_inclusion(pending_include& p, const core::error& e) {
  p.failed = true;
  now_->failed = true;
  bool missing = e.what().category == "missing";
  std::string reason = missing ? "Could not find or access '" + p.path + "' on the Ansible Controller." : e.message();
  if (now_->round.task->spec->action == "include_role") report_event(*setup_.env, report::message{core::severity::error, 0, "", reason});
  for (auto host : p.hosts) {
    task_done d;
    d.index = host;
    core::dict result;
    result.set("reason", core::value(reason));
    result.set("failed", core::value(true));
    d.result.result = core::value(std::move(result));
    if (now_->round.task->spec->action != "include_tasks") continue;
    stats(host).failed++;
    emit(host, d, report::verdict::failed, false, false);
  }
}

void play_machine::load_inclusion(pending_include& p) {
  auto& task = *now_->round.task;
  auto& spec = *task.spec;
  strategy::inclusion what;
  what.include = &task;
  what.special_vars = p.special;
  what.number = ++inclusions_;
  core::expected<playbook::included> loaded = playbook::included{};
  playbook::include_place place;
  place.role = task.around->role();
  place.folders = task.around->folders;
  place.vars = spec.vars;
  place.handlers = now_->round.handler;
  place.collections = spec.collections;
  if (spec.action == "include_tasks") {
    what.folder = folder_part(p.file);
    p.path = playbook::find_included_file(p.file, place, current_.directory);
    // Names inside are looked for beside this file first.
    place.folders.push_back(what.folder);
    loaded = playbook::load_included_tasks(current_, p.path, place, *setup_.load);
  } else {
    core::dict vars = task.source->shared.vars;
    vars.update(p.special);
    loaded = playbook::load_included_role(current_, use_of(p.args, vars, spec, place.role), *setup_.load);
  }
  if (!loaded) {
    auto& category = loaded.error().what().category;
    if (category == "missing" || category == "no role" || category.empty()) return fail_inclusion(p, loaded.error());
    outcome_.error = core::render(loaded.error().what());
    return;
  }
  for (auto& w : loaded->problems) report_event(*setup_.env, report::message{w.severity, 0, "", w.message});
  if (loaded->role) {
    what.folder = loaded->role->path;
    if (option(p.args, "public", false)) {
      current_.imported_roles.push_back(loaded->role);
      auto roles = current_.roles;
      roles.insert(roles.end(), current_.imported_roles.begin(), current_.imported_roles.end());
      setup_.env->store->set_play_roles(roles);
    }
  }
  add_handlers(loaded->handlers, what);
  if (now_->round.handler)
    p.handlers = strategy::plan_included_handlers(current_, loaded->items, what, 0, setup_.options);
  else
    p.items = std::make_shared<strategy::plan_block>(strategy::plan_included(current_, loaded->items, what, setup_.options));
  if (spec.action != "include_tasks" || loaded->items.empty()) return;
  report::file_included shown;
  shown.task = now_->info;
  shown.vars = p.special;
  shown.file = p.path;
  for (auto host : p.hosts) {
    stats(host).ok++;
    shown.hosts.push_back(setup_.names[host]);
  }
  if (auto* label = p.special.find("_ansible_item_label")) shown.label = core::to_str(*label);
  report_event(*setup_.env, std::move(shown));
}

void play_machine::run_includes() {
  if (now_->including.empty()) return;
  auto includes = std::move(now_->includes);
  auto hosts = std::move(now_->including);
  now_->includes.clear();
  now_->including.clear();
  for (auto& p : includes) {
    load_inclusion(p);
    if (!outcome_.error.empty()) return finish();
  }
  // Hosts with the same inclusions share what they run next.
  std::map<std::vector<std::size_t>, std::shared_ptr<const strategy::plan_block>> shared;
  for (auto host : hosts) {
    std::vector<std::size_t> mine;
    bool failed = false;
    for (std::size_t i = 0; i < includes.size(); ++i) {
      if (std::find(includes[i].hosts.begin(), includes[i].hosts.end(), host) == includes[i].hosts.end()) continue;
      mine.push_back(i);
      failed |= includes[i].failed;
    }
    if (failed) {
      linear_.finished(host, strategy::outcome::failed);
      continue;
    }
    if (now_->round.handler) {
      std::vector<std::shared_ptr<const strategy::planned_task>> handlers;
      for (auto i : mine) handlers.insert(handlers.end(), includes[i].handlers.begin(), includes[i].handlers.end());
      linear_.include_handlers(host, std::move(handlers));
      continue;
    }
    auto& block = shared[mine];
    if (!block) {
      auto made = std::make_shared<strategy::plan_block>();
      for (auto i : mine) made->body.insert(made->body.end(), includes[i].items->body.begin(), includes[i].items->body.end());
      block = std::move(made);
    }
    linear_.include(host, block->body.empty() ? nullptr : block);
  }
  if (!now_->once) return;
  // run_once: the others of the round go on without what the first one includes.
  for (auto other : now_->round.hosts)
    if (std::find(hosts.begin(), hosts.end(), other) == hosts.end()) linear_.finished(other, strategy::outcome::ok);
}

} // namespace mito::actors

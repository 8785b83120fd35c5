// What a task's result does to the play: statistics, variables, handlers, inventory.
#include <algorithm>

#include "actors/play_machine.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actors {

namespace {

/// Without the keys that are Ansible's own business.
core::value without_internal(const core::value& v) {
  if (v.is_dict()) {
    core::dict out;
    for (auto& e : v.as_dict()) {
      auto k = e.key.is_string() ? e.key.as_string() : std::string_view();
      if (k.starts_with("_ansible_")) continue;
      out.set_key(e.key, without_internal(e.val));
    }
    return core::value(std::move(out));
  }
  if (!v.is_list()) return v;
  core::list out;
  for (auto& i : v.as_list()) out.push_back(without_internal(i));
  return core::value(std::move(out));
}

} // namespace

std::vector<strategy::host_index> play_machine::result_hosts(host_index host) const {
  if (!now_->once || !now_->round.task) return {host};
  std::vector<host_index> out;
  for (host_index i = 0; i < setup_.hosts.size(); ++i)
    if (!linear_.unreachable(i)) out.push_back(i);
  return out;
}

void play_machine::emit(host_index host, const task_done& d, report::verdict how, bool ignored, bool rescued) {
  report::host_finished e;
  e.task = now_->info;
  if (d.result.no_log && !now_->info->no_log) {
    auto hidden = std::make_shared<report::task_info>(*now_->info);
    hidden->no_log = true;
    e.task = std::move(hidden);
  }
  e.host = setup_.names[host];
  if (d.result.delegate_to) e.delegate = *d.result.delegate_to;
  e.how = how;
  e.ignored = ignored;
  e.rescued = rescued;
  e.result = d.result.result;
  e.took = d.took;
  report_event(*setup_.env, std::move(e));
}

void play_machine::judge(task_done& d) {
  auto host = d.index;
  auto& r = d.result.result;
  if (auto& around = now_->round.task->around; around && around->role() && !engine::is_unreachable(r) && !engine::is_skipped(r))
    linear_.role_ran(host, around->role().get());
  if (engine::is_failed(r))
    on_failed(host, d);
  else if (engine::is_unreachable(r))
    on_unreachable(host, d);
  else if (engine::is_skipped(r)) {
    stats(host).skipped++;
    emit(host, d, report::verdict::skipped, false, false);
    now_->once ? linear_.finished_for_all(now_->round, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
  } else
    on_ok(host, d);
  if (!d.result.register_as) return;
  core::dict clean = without_internal(r).as_dict();
  clean.erase("invocation");
  for (auto h : result_hosts(host)) setup_.env->store->set_registered(setup_.hosts[h], *d.result.register_as, core::value(core::dict(clean)));
}

void play_machine::on_failed(host_index host, task_done& d) {
  auto& s = stats(host);
  if (d.result.ignore_errors) {
    s.ok++;
    s.ignored++;
    if (engine::is_changed(d.result.result)) s.changed++;
    emit(host, d, report::verdict::failed, true, false);
    now_->once ? linear_.finished_for_all(now_->round, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
    return;
  }
  now_->failed = true;
  bool rescued = linear_.would_rescue(host);
  if (now_->once)
    linear_.finished_for_all(now_->round, strategy::outcome::failed);
  else
    linear_.finished(host, strategy::outcome::failed);
  if (rescued) {
    s.rescued++;
    core::dict task;
    // The name alone: without what stands in for it, and without the role.
    auto& spec = *now_->round.task->spec;
    auto prefix = spec.role.empty() ? 0 : spec.role.size() + 3;
    task.set("name", core::value(spec.name.empty() ? std::string() : now_->info->name.substr(prefix)));
    task.set("action", core::value(now_->info->action));
    task.set("args", core::as_data(now_->info->args));
    auto id = setup_.hosts[host];
    setup_.env->store->set_fact(id, "ansible_failed_task", core::value(std::move(task)));
    setup_.env->store->set_fact(id, "ansible_failed_result", core::as_data(d.result.result));
  } else {
    s.failed++;
  }
  emit(host, d, report::verdict::failed, false, rescued);
}

void play_machine::on_unreachable(host_index host, task_done& d) {
  auto& s = stats(host);
  auto outcome = strategy::outcome::ok;
  if (d.result.ignore_unreachable) {
    s.ok++;
    s.ignored++;
  } else {
    s.unreachable++;
    now_->failed = true;
    outcome = strategy::outcome::unreachable;
  }
  emit(host, d, report::verdict::unreachable, d.result.ignore_unreachable, false);
  linear_.finished(host, outcome);
  if (now_->once)
    for (auto other : now_->round.hosts)
      if (other != host) linear_.finished(other, strategy::outcome::ok);
}

void play_machine::notify(host_index host, task_done& d) {
  if (!engine::is_changed(d.result.result)) return;
  for (auto& name : d.result.notify) {
    std::vector<std::string> newly;
    if (linear_.notify(host, name, &newly)) {
      for (auto& handler : newly) report_event(*setup_.env, report::handler_notified{handler, setup_.names[host]});
      continue;
    }
    if (outcome_.error.empty())
      outcome_.error = "The requested handler '" + name +
                       "' was not found in either the main handlers list nor in the listening handlers list";
  }
}

void play_machine::on_ok(host_index host, task_done& d) {
  if (is_include()) return keep_inclusion(host, d);
  notify(host, d);
  if (!outcome_.error.empty()) return finish();
  auto& r = d.result.result;
  if (d.result.looped) {
    auto items = r["results"].as_list();
    for (std::size_t i = 0; i < items.size(); ++i) keep_item(host, items[i], d, i);
  } else
    keep_item(host, core::value(r), d, 0);
  auto& s = stats(host);
  // As in Ansible, --diff shows what a result has also where the task says diff: false.
  if ((d.result.diff || setup_.env->defaults.diff) && !d.result.looped && r.as_dict().contains("diff"))
    report_event(*setup_.env, report::diff_shown{now_->info, setup_.names[host], r});
  s.ok++;
  if (engine::is_changed(r)) s.changed++;
  emit(host, d, report::verdict::ok, false, false);
  now_->once ? linear_.finished_for_all(now_->round, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
}

void play_machine::keep_item(host_index host, const core::value& item, task_done& d, std::size_t number) {
  if (!item.is_dict()) return;
  auto& store = *setup_.env->store;
  if (item.as_dict().contains("add_host") || item.as_dict().contains("add_group")) change_inventory(host, item, d, number);
  auto& spec = *now_->round.task->spec;
  auto& facts = item["ansible_facts"];
  if (facts.is_dict() && spec.action != "debug") {
    for (auto h : result_hosts(host)) {
      auto id = setup_.hosts[h];
      if (spec.action == "set_fact") {
        bool cacheable = item["_ansible_facts_cacheable"].truthy();
        for (auto& e : facts.as_dict()) store.set_fact(id, e.key.as_string(), e.val, cacheable);
      } else if (spec.action == "include_vars") {
        store.add_included(id, facts.as_dict());
      } else {
        store.add_facts(id, facts.as_dict());
      }
    }
  }
}

/// add_host and group_by: the item says what is new; it changed something when the inventory did not have it.
void play_machine::change_inventory(host_index host, const core::value& item, task_done& d, std::size_t number) {
  bool changed = false;
  setup_.env->store->change_inventory([&](playbook::inventory& inv) {
    auto group_of = [&](std::string_view name) {
      auto g = inv.find_group(name);
      if (g != playbook::no_id) return g;
      changed = true;
      return inv.add_group(name);
    };
    if (auto& info = item["add_host"]; info.is_dict()) {
      auto name = info.text("host_name");
      auto h = inv.find_host(name);
      if (h == playbook::no_id) {
        h = inv.add_host(name);
        changed = true;
      }
      for (auto& e : info["host_vars"].as_dict()) {
        auto* old = inv.at(h).vars.find(e.key.as_string());
        if (!old || !(*old == e.val)) changed = true;
        inv.set_host_var(h, e.key.as_string(), e.val);
      }
      for (auto& g : info["groups"].as_list()) {
        auto id = group_of(g.as_string());
        auto& members = inv.group_at(id).hosts;
        if (std::find(members.begin(), members.end(), h) == members.end()) changed = true;
        inv.add_to_group(h, id);
      }
    } else {
      auto id = group_of(item.text("add_group"));
      for (auto& p : item["parent_groups"].as_list()) {
        auto parent = group_of(p.as_string());
        auto& children = inv.group_at(parent).children;
        if (parent != id && std::find(children.begin(), children.end(), id) == children.end()) {
          if (parent != playbook::inventory::all) changed = true;
          (void)inv.add_child(parent, id);
        }
      }
      auto& members = inv.group_at(id).hosts;
      auto me = setup_.hosts[host];
      if (std::find(members.begin(), members.end(), me) == members.end()) changed = true;
      inv.add_to_group(me, id);
    }
    inv.reconcile();
  });
  core::dict shown = item.as_dict();
  if (changed) shown.set("changed", core::value(true));
  if (d.result.looped)
    report_event(*setup_.env, report::item_finished{now_->info, setup_.names[host], "", report::verdict::ok, core::value(core::dict(shown))});
  if (!changed) return;
  if (d.result.looped) {
    auto items = d.result.result["results"].as_list();
    items[number] = core::value(core::dict(shown));
    shown = d.result.result.as_dict();
    shown.set("results", core::value(std::move(items)));
    shown.set("changed", core::value(true));
  }
  d.result.result = core::value(std::move(shown));
}

} // namespace mito::actors

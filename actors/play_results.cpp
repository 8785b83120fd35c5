// What a task's result does to the play: statistics, variables, handlers, inventory.
#include <algorithm>

#include "actors/play_machine.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"
#include "playbook/inventory/dynamic.hpp"

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
  if (!once_ || !round_.task) return {host};
  std::vector<host_index> out;
  for (host_index i = 0; i < setup_.hosts.size(); ++i)
    if (!linear_.unreachable(i)) out.push_back(i);
  return out;
}

void play_machine::emit(host_index host, const task_done& d, report::verdict how, bool ignored, bool rescued) {
  report::host_finished e;
  e.task = info_;
  if (d.result.no_log && !info_->no_log) {
    auto hidden = std::make_shared<report::task_info>(*info_);
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
  if (engine::is_failed(r))
    on_failed(host, d);
  else if (engine::is_unreachable(r))
    on_unreachable(host, d);
  else if (engine::is_skipped(r)) {
    stats(host).skipped++;
    emit(host, d, report::verdict::skipped, false, false);
    once_ ? linear_.finished_for_all(round_, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
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
    once_ ? linear_.finished_for_all(round_, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
    return;
  }
  round_failed_ = true;
  bool rescued = linear_.would_rescue(host);
  if (once_)
    linear_.finished_for_all(round_, strategy::outcome::failed);
  else
    linear_.finished(host, strategy::outcome::failed);
  if (rescued) {
    s.rescued++;
    core::dict task;
    task.set("name", core::value(info_->name));
    task.set("action", core::value(info_->action));
    task.set("args", core::as_data(info_->args));
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
    round_failed_ = true;
    outcome = strategy::outcome::unreachable;
  }
  emit(host, d, report::verdict::unreachable, d.result.ignore_unreachable, false);
  linear_.finished(host, outcome);
  if (once_)
    for (auto other : round_.hosts)
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
  notify(host, d);
  if (!outcome_.error.empty()) return finish();
  auto& r = d.result.result;
  if (d.result.looped) {
    auto items = r["results"].as_list();
    for (std::size_t i = 0; i < items.size(); ++i) keep_item(host, items[i], d, i);
  } else
    keep_item(host, core::value(r), d, 0);
  auto& s = stats(host);
  if (d.result.diff && r.as_dict().contains("diff"))
    report_event(*setup_.env, report::diff_shown{info_, setup_.names[host], r});
  s.ok++;
  if (engine::is_changed(r)) s.changed++;
  emit(host, d, report::verdict::ok, false, false);
  once_ ? linear_.finished_for_all(round_, strategy::outcome::ok) : (void)linear_.finished(host, strategy::outcome::ok);
}

void play_machine::keep_item(host_index host, const core::value& item, task_done& d, std::size_t number) {
  if (!item.is_dict()) return;
  auto& store = *setup_.env->store;
  if (item.as_dict().contains("add_host") || item.as_dict().contains("add_group")) change_inventory(host, item, d, number);
  auto& spec = *round_.task->spec;
  auto& facts = item["ansible_facts"];
  if (facts.is_dict() && spec.action != "debug") {
    for (auto h : result_hosts(host)) {
      auto id = setup_.hosts[h];
      if (spec.action == "set_fact") {
        bool cacheable = item["_ansible_facts_cacheable"].truthy();
        for (auto& e : facts.as_dict()) store.set_fact(id, e.key.as_string(), e.val, cacheable);
      } else {
        store.add_facts(id, facts.as_dict());
      }
    }
    tell_store_warnings();
  }
}

void play_machine::tell_store_warnings() {
  for (auto& w : setup_.env->store->take_warnings())
    if (w.severity != core::severity::note) report_event(*setup_.env, report::message{w.severity, 0, {}, w.message});
}

/// changed_when speaks again once it is known what an add_host or group_by really changed; nullopt: there is none, or it
/// cannot be evaluated.
std::optional<bool> play_machine::judge_change(host_index host, const core::value& result) const {
  auto& spec = *round_.task->spec;
  if (!spec.changed_when) return std::nullopt;
  std::string error;
  auto vars = scope_of(host, *round_.task, &error);
  if (!vars) return std::nullopt;
  core::dict registered;
  if (spec.register_as) registered.set(core::to_str(spec.register_as.raw), core::as_data(result));
  templating::dict_scope scope(std::move(registered), vars.get());
  auto all = spec.changed_when.raw.is_list() ? spec.changed_when.raw.as_list() : core::list{spec.changed_when.raw};
  for (auto& condition : all) {
    auto holds = setup_.env->templar->condition(condition, scope, spec.changed_when.where);
    if (!holds) return std::nullopt;
    if (!*holds) return false;
  }
  return true;
}

/// add_host and group_by: the item says what is new; it changed something when the inventory did not have it.
void play_machine::change_inventory(host_index host, const core::value& item, task_done& d, std::size_t number) {
  auto changed = std::make_shared<bool>(false);
  auto failure = std::make_shared<std::string>();
  // Kept by the store: a refresh of the inventory does it once more.
  setup_.env->store->change_inventory_lastingly([item, from = setup_.hosts[host], changed, failure](playbook::inventory& inv) {
    auto done = playbook::apply_dynamic(inv, item, from);
    *changed = done && *done;
    if (!done) *failure = done.error().message();
  });
  if (!failure->empty()) {
    outcome_.error = *failure;
    return finish();
  }
  tell_store_warnings();
  if (auto judged = judge_change(host, core::value(core::dict(item.as_dict()).set("changed", core::value(*changed)))))
    *changed = *judged;
  core::dict shown = item.as_dict();
  if (*changed) shown.set("changed", core::value(true));
  if (d.result.looped)
    report_event(*setup_.env, report::item_finished{info_, setup_.names[host], "", report::verdict::ok, core::value(core::dict(shown))});
  if (!*changed) return;
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

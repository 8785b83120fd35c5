// meta tasks: they change the order of things rather than a host.
#include "actors/play_machine.hpp"
#include "core/python.hpp"

namespace mito::actors {

namespace {

/// What Ansible says a meta task did; empty for an unknown one.
std::string header_of(const std::string& what, const std::string& host) {
  if (what == "noop") return what;
  if (what == "flush_handlers") return "triggered running handlers for " + host;
  if (what == "clear_facts") return "facts cleared";
  if (what == "clear_host_errors") return "cleared host errors";
  if (what == "end_batch") return "ending batch";
  if (what == "end_play") return "ending play";
  if (what == "end_host") return "ending play for " + host;
  return what == "reset_connection" ? "reset connection" : "";
}

void say_meta(const environment& env, const std::string& text) {
  report_event(env, report::message{core::severity::note, 2, "", "META: " + text});
}

} // namespace

core::expected<bool> play_machine::conditions_hold(const engine::task_spec& spec, const templating::scope& vars) const {
  for (auto& f : spec.when) {
    auto all = f.raw.is_list() ? f.raw.as_list() : core::list{f.raw};
    for (auto& condition : all) {
      auto holds = setup_.env->templar->condition(condition, vars, f.where);
      if (!holds || !*holds) return holds;
    }
  }
  return true;
}

void play_machine::run_meta(const strategy::round& r) {
  auto& spec = *r.task->spec;
  auto what = core::to_str(spec.args["_raw_params"]);
  // These speak for the whole play: the first host's conditions decide.
  bool once = what != "noop" && what != "reset_connection" && what != "end_host" && what != "flush_handlers" &&
              what != "role_complete";
  for (auto host : r.hosts) {
    if (over_) return;
    auto info = describe(*r.task, nullptr, r.handler);
    if (!spec.implicit) report_event(*setup_.env, report::task_started{info});
    bool go_on = meta_on(r, host, what, info);
    if (once) {
      if (go_on)
        for (auto other : r.hosts)
          if (linear_.live(other)) linear_.finished(other, strategy::outcome::ok);
      break;
    }
  }
}

/// A meta task whose condition does not hold, in Ansible's words.
void play_machine::show_skipped_meta(host_index host, const std::string& what, const report::task_ref& info) {
  auto& name = setup_.names[host];
  std::string reason = what + " conditional evaluated to False", msg = what;
  if (what == "flush_handlers") reason += ", not running handlers for " + name;
  if (what == "clear_facts") reason += ", not clearing facts and fact cache for " + name;
  if (what == "clear_host_errors") reason += ", not clearing host error state for " + name;
  if (what == "end_batch") reason += ", continuing current batch";
  if (what == "end_play") reason += ", continuing play";
  if (what == "end_host") {
    reason += ", continuing execution for " + name;
    msg = "end_host conditional evaluated to false, continuing execution for " + name;
  }
  say_meta(*setup_.env, reason);
  report::host_finished e;
  e.task = info;
  e.host = name;
  e.how = report::verdict::skipped;
  e.result = core::dict{{core::value("msg"), core::value(msg)},
                        {core::value("skipped"), core::value(true)},
                        {core::value("skip_reason"), core::value(reason)}};
  report_event(*setup_.env, std::move(e));
}

bool play_machine::meta_on(const strategy::round& r, host_index host, const std::string& what, const report::task_ref& info) {
  auto& env = *setup_.env;
  auto& spec = *r.task->spec;
  std::string error;
  bool holds = true;
  if (what == "role_complete") {
    linear_.role_completed(host);
    return true;
  }
  bool conditional = what != "noop" && what != "refresh_inventory" && what != "reset_connection";
  if (!spec.when.empty() && !conditional)
    report_event(env, report::message{core::severity::warning, 0, "", what + " task does not support when conditional"});
  if (!spec.when.empty() && conditional) {
    auto vars = scope_of(host, *r.task, &error);
    auto result = vars ? conditions_hold(spec, *vars) : core::expected<bool>(core::error(error));
    if (!result) {
      outcome_.error = engine::with_place(result.error().message(), spec.where);
      finish();
      return false;
    }
    holds = *result;
  }
  if (!holds) {
    show_skipped_meta(host, what, info);
    linear_.finished(host, strategy::outcome::ok);
    return false;
  }
  if (auto header = header_of(what, setup_.names[host]); !header.empty() && !spec.implicit) say_meta(env, header);
  if (what == "flush_handlers") {
    linear_.flush_handlers(host);
  } else if (what == "end_host") {
    linear_.end_host(host);
  } else if (what == "end_play" || what == "end_batch") {
    outcome_.ended = what == "end_play";
    linear_.end_all();
    return false;
  } else if (what == "clear_facts") {
    for (auto id : setup_.hosts) env.store->clear_facts(id);
    return true;
  } else if (what == "clear_host_errors") {
    linear_.clear_errors();
    return true;
  } else if (what == "reset_connection") {
    if (auto vars = scope_of(host, *r.task, &error)) {
      auto spec_of = resolve_connection(env, *vars, setup_.names[host], std::nullopt, std::nullopt);
      if (spec_of) out_.reset(*spec_of);
    }
    linear_.finished(host, strategy::outcome::ok);
  } else if (what == "noop") {
    linear_.finished(host, strategy::outcome::ok);
  } else {
    outcome_.error = engine::with_place("invalid meta action requested: " + what, spec.where);
    finish();
    return false;
  }
  return true;
}

} // namespace mito::actors

#include "strategy/plan.hpp"

#include <algorithm>

namespace mito::strategy {

namespace {

engine::field convert(const playbook::field& f) { return {f.raw, f.where, f.set}; }

/// What a level of nesting hands down.
struct inherited {
  std::vector<const playbook::common*> levels; ///< outermost first
  bool ignore_nothing = true;
};

class planner {
public:
  planner(const playbook::play& play, const plan_options& options) : play_(play), options_(options) {}

  void add_items(std::vector<plan_item>& out, const std::vector<playbook::item>& items, inherited in) {
    for (auto& i : items) {
      if (i.task) {
        if (auto t = make_task(i.task, in)) {
          plan_item p;
          p.task = std::make_unique<planned_task>(std::move(*t));
          p.task->ordinal = ++count_;
          out.push_back(std::move(p));
        }
      } else if (i.block) {
        add_block(out, *i.block, in);
      }
    }
  }

  void add_block(std::vector<plan_item>& out, const playbook::block& b, inherited in) {
    in.levels.push_back(&b.shared);
    blocks_.push_back(&b);
    auto made = std::make_unique<plan_block>();
    add_items(made->body, b.body, in);
    add_items(made->rescue, b.rescue, in);
    add_items(made->always, b.always, in);
    blocks_.pop_back();
    if (made->body.empty() && made->rescue.empty() && made->always.empty()) return;
    plan_item p;
    p.block = std::move(made);
    out.push_back(std::move(p));
  }

  void add_implicit(std::vector<plan_item>& out, std::string name, std::string action, core::dict args) {
    auto spec = std::make_shared<engine::task_spec>();
    spec->name = std::move(name);
    spec->action = spec->action_as_written = std::move(action);
    spec->args = core::value(std::move(args));
    spec->implicit = spec->action == "meta";
    spec->where = play_.where;
    inherited in{{&play_.shared}};
    inherit(*spec, in);
    plan_item p;
    p.task = std::make_unique<planned_task>();
    p.task->spec = std::move(spec);
    p.task->ordinal = ++count_;
    out.push_back(std::move(p));
  }

  std::optional<planned_task> make_task(const std::shared_ptr<const playbook::task>& t, inherited in, bool handler = false) {
    in.levels.push_back(&t->shared);
    auto spec = std::make_shared<engine::task_spec>();
    spec->name = t->name;
    spec->action = t->action;
    spec->action_as_written = t->action_as_written;
    spec->args = t->args;
    spec->where = t->where;
    take_cmd(*spec);
    spec->loop = static_cast<engine::loop_form>(t->loop.kind);
    spec->with_lookup = t->loop.with_lookup;
    spec->loop_over = convert(t->loop.over);
    spec->loop_control = convert(t->loop.loop_control);
    spec->register_as = convert(t->register_as);
    spec->changed_when = convert(t->changed_when);
    spec->failed_when = convert(t->failed_when);
    spec->until = convert(t->until);
    spec->retries = convert(t->retries);
    spec->delay = convert(t->delay);
    spec->delegate_to = convert(t->delegate_to);
    spec->delegate_facts = convert(t->delegate_facts);
    spec->notify = convert(t->notify);
    for (auto b = blocks_.rbegin(); b != blocks_.rend(); ++b) {
      if (!spec->delegate_to) spec->delegate_to = convert((*b)->delegate_to);
      if (!spec->delegate_facts) spec->delegate_facts = convert((*b)->delegate_facts);
      if (!spec->notify) spec->notify = convert((*b)->notify);
    }
    spec->listen = t->listen;
    spec->implicit = t->implicit;
    spec->is_handler = handler;
    inherit(*spec, in);
    // Handlers run whenever they are notified; tags do not select them.
    if (!handler && !selected(spec->tags, options_)) return std::nullopt;
    planned_task p;
    p.spec = std::move(spec);
    p.source = t;
    p.blocks = blocks_;
    return p;
  }

  std::size_t count() const { return count_; }

  /// `cmd:` is another spelling of the free form.
  static void take_cmd(engine::task_spec& s) {
    if (s.action != "command" && s.action != "shell") return;
    auto* cmd = s.args.as_dict().find("cmd");
    if (!cmd || s.args.as_dict().contains("_raw_params")) return;
    core::dict args = s.args.as_dict();
    args.set("_raw_params", *cmd);
    args.erase("cmd");
    s.args = core::value(std::move(args));
  }

private:
  void inherit(engine::task_spec& s, const inherited& in) const {
    for (auto* level : in.levels) {
      auto take = [&](engine::field& to, const playbook::field& from) {
        if (from) to = convert(from);
      };
      take(s.become, level->become);
      take(s.become_user, level->become_user);
      take(s.become_method, level->become_method);
      take(s.become_flags, level->become_flags);
      take(s.become_exe, level->become_exe);
      take(s.remote_user, level->remote_user);
      take(s.port, level->port);
      take(s.connection, level->connection);
      take(s.timeout, level->timeout);
      take(s.check_mode, level->check_mode);
      take(s.diff, level->diff);
      take(s.no_log, level->no_log);
      take(s.run_once, level->run_once);
      take(s.ignore_errors, level->ignore_errors);
      take(s.ignore_unreachable, level->ignore_unreachable);
      take(s.any_errors_fatal, level->any_errors_fatal);
      for (auto& f : level->environment) s.environment.push_back(convert(f));
      for (auto& f : level->when) s.when.push_back(convert(f));
      if (level != &play_.shared) s.vars.update(level->vars);
      for (auto& tag : level->tags)
        if (std::find(s.tags.begin(), s.tags.end(), tag) == s.tags.end()) s.tags.push_back(tag);
    }
  }

  const playbook::play& play_;
  const plan_options& options_;
  std::vector<const playbook::block*> blocks_;
  std::uint32_t count_ = 0;
};

core::dict flush_args() { return {{core::value("_raw_params"), core::value("flush_handlers")}}; }

} // namespace

bool selected(const std::vector<std::string>& own, const plan_options& options) {
  auto has = [](const std::vector<std::string>& v, std::string_view s) { return std::find(v.begin(), v.end(), s) != v.end(); };
  const std::vector<std::string> untagged{"untagged"};
  auto& tags = own.empty() ? untagged : own;
  auto meets = [&](const std::vector<std::string>& wanted) {
    return std::any_of(tags.begin(), tags.end(), [&](auto& t) { return has(wanted, t); });
  };
  auto& only = options.tags;
  auto& skip = options.skip_tags;
  bool run = true;
  if (!only.empty())
    run = has(tags, "always") || (has(only, "all") && !has(tags, "never")) || meets(only) ||
          (has(only, "tagged") && !own.empty() && !has(tags, "never"));
  if (!run || skip.empty()) return run;
  if (has(skip, "all")) return has(tags, "always") && !has(skip, "always");
  if (meets(skip)) return false;
  return !(has(skip, "tagged") && !own.empty());
}

plan make_plan(const playbook::play& play, bool gather, const plan_options& options) {
  plan out;
  out.name = play.name;
  planner p(play, options);
  auto& body = out.root.body;
  inherited top{{&play.shared}};
  // Facts are gathered whatever --tags says, unless the play itself is tagged.
  bool facts = gather && (play.shared.tags.empty() ? selected({"always"}, options) : selected(play.shared.tags, options));
  if (facts) {
    core::dict args;
    if (play.gather_subset) args.set("gather_subset", play.gather_subset.raw);
    if (play.gather_timeout) args.set("gather_timeout", play.gather_timeout.raw);
    p.add_implicit(body, "Gathering Facts", "gather_facts", std::move(args));
  }
  for (auto* section : {&play.pre_tasks, &play.roles, &play.tasks, &play.post_tasks}) {
    p.add_items(body, *section, top);
    // Roles and tasks share one flush.
    if (section != &play.roles) p.add_implicit(body, "", "meta", flush_args());
  }
  std::uint32_t number = 0;
  std::vector<playbook::item> all = play.handlers;
  for (auto& h : all) {
    std::vector<playbook::item> inner = h.block ? h.block->body : std::vector<playbook::item>{h};
    inherited in = top;
    if (h.block) in.levels.push_back(&h.block->shared);
    for (auto& i : inner) {
      if (!i.task) continue;
      auto t = p.make_task(i.task, in, true);
      t->ordinal = ++number;
      out.handlers.push_back(std::move(*t));
    }
  }
  out.task_count = p.count();
  return out;
}

} // namespace mito::strategy

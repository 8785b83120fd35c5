#include "strategy/plan.hpp"

#include <algorithm>

#include "playbook/roles.hpp"

namespace mito::strategy {

namespace {

using around_ptr = std::shared_ptr<const surroundings>;

engine::field convert(const playbook::field& f) { return {f.raw, f.where, f.set}; }

class planner {
public:
  /// Tasks are numbered below `prefix`, from `next` on.
  planner(const playbook::play& play, const plan_options& options, place_in_play prefix = {}, std::uint32_t next = 1)
      : play_(play), options_(options), prefix_(std::move(prefix)), next_(next) {}

  void add_items(std::vector<plan_item>& out, const std::vector<playbook::item>& items, const around_ptr& around) {
    for (auto& i : items) {
      if (i.task) {
        if (auto t = make_task(i.task, *around, around, false)) out.push_back({std::move(t), nullptr});
      } else if (i.block) {
        add_block(out, i.block, around);
      }
    }
  }

  void add_handlers(std::vector<std::shared_ptr<const planned_task>>& out, const std::vector<playbook::item>& items,
                    const around_ptr& around) {
    for (auto& i : items) {
      if (i.block)
        add_handlers(out, i.block->body, enter(i.block, *around));
      else if (auto t = make_task(i.task, *around, around, true))
        out.push_back(std::move(t));
    }
  }

  void add_implicit(std::vector<plan_item>& out, std::string name, std::string action, core::dict args, const around_ptr& around) {
    auto spec = std::make_shared<engine::task_spec>();
    spec->name = std::move(name);
    spec->action = spec->action_as_written = std::move(action);
    spec->args = core::value(std::move(args));
    spec->implicit = spec->action == "meta";
    spec->where = play_.where;
    inherit(*spec, {&play_.shared});
    // A play's run_once would give every host the facts of the first.
    if (spec->action == "gather_facts") spec->run_once = {};
    // Conditions of an imported play are for its tasks.
    if (spec->implicit) spec->when.clear();
    auto t = std::make_shared<planned_task>();
    t->spec = std::move(spec);
    t->around = around;
    t->order = next_place();
    out.push_back({std::move(t), nullptr});
  }

  /// The play itself.
  around_ptr top() const {
    auto out = std::make_shared<surroundings>();
    out->levels.push_back(&play_.shared);
    return out;
  }

  /// What stands around the items of `b`.
  static around_ptr enter(const std::shared_ptr<const playbook::block>& b, const surroundings& outer) {
    auto in = std::make_shared<surroundings>(outer);
    in->kept.push_back(b);
    if (b->from == playbook::block::origin::role) {
      enter_role(*in, b->role);
      return in;
    }
    in->levels.push_back(&b->shared);
    in->vars.update(b->shared.vars);
    if (b->from == playbook::block::origin::file) in->folders.push_back(b->folder);
    if (b->delegate_to) in->delegate_to = b->delegate_to;
    if (b->delegate_facts) in->delegate_facts = b->delegate_facts;
    if (b->notify) in->notify = b->notify;
    return in;
  }

private:
  static void enter_role(surroundings& in, const std::shared_ptr<const playbook::role>& r) {
    in.levels.push_back(&r->shared);
    in.roles.push_back(r);
    in.role_variables = std::make_shared<const playbook::role_layers>(playbook::layers_of(in.roles));
    if (r->delegate_to) in.delegate_to = r->delegate_to;
    if (r->delegate_facts) in.delegate_facts = r->delegate_facts;
  }

  void add_block(std::vector<plan_item>& out, const std::shared_ptr<const playbook::block>& b, const around_ptr& around) {
    auto in = enter(b, *around);
    // A file or a role makes no block of its own: its tasks stand in the list that it is read into.
    if (b->from != playbook::block::origin::written) return add_items(out, b->body, in);
    auto made = std::make_shared<plan_block>();
    add_items(made->body, b->body, in);
    add_items(made->rescue, b->rescue, in);
    add_items(made->always, b->always, in);
    if (!made->body.empty() || !made->rescue.empty() || !made->always.empty()) out.push_back({nullptr, std::move(made)});
  }

  std::shared_ptr<const planned_task> make_task(const std::shared_ptr<const playbook::task>& t, const surroundings& around,
                                                const around_ptr& shared_around, bool handler) {
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
    spec->delegate_to = convert(t->delegate_to ? t->delegate_to : around.delegate_to);
    spec->delegate_facts = convert(t->delegate_facts ? t->delegate_facts : around.delegate_facts);
    spec->notify = convert(t->notify ? t->notify : around.notify);
    spec->listen = t->listen;
    spec->implicit = t->implicit;
    spec->is_handler = handler;
    spec->vars = around.vars;
    spec->vars.update(t->shared.vars);
    if (auto r = around.role()) spec->role = r->full_name();
    spec->search_path = search_path(*t, around);
    auto levels = around.levels;
    levels.push_back(&t->shared);
    inherit(*spec, levels);
    // Handlers run whenever they are notified; tags do not select them.
    if (!handler && !(t->implicit && t->action == "meta") && !selected(spec->tags, options_)) return nullptr;
    auto out = std::make_shared<planned_task>();
    out->vars = core::value(core::dict(spec->vars));
    out->include_params = core::value(core::dict(around.include_params));
    out->magic = magic_of(*spec);
    out->spec = std::move(spec);
    out->source = t;
    out->around = shared_around;
    out->order = next_place();
    return out;
  }

  /// ansible_search_path: the roles around from the inside out, then the folder of the task's own file.
  static std::vector<std::string> search_path(const playbook::task& t, const surroundings& around) {
    std::vector<std::string> out;
    for (auto r = around.roles.rbegin(); r != around.roles.rend(); ++r) out.push_back((*r)->path);
    if (!t.where.file) return out;
    auto& file = t.where.file->name;
    auto slash = file.rfind('/');
    auto folder = slash == file.npos ? std::string(".") : file.substr(0, slash);
    if (std::find(out.begin(), out.end(), folder) == out.end()) out.push_back(std::move(folder));
    return out;
  }

  core::value magic_of(const engine::task_spec& spec) const {
    core::list environment, path;
    for (auto& f : spec.environment) environment.push_back(f.raw);
    for (auto& folder : spec.search_path) path.emplace_back(folder);
    if (std::find(spec.search_path.begin(), spec.search_path.end(), play_.directory) == spec.search_path.end())
      path.emplace_back(play_.directory);
    core::dict out;
    out.set("environment", core::value(std::move(environment)));
    out.set("ansible_search_path", core::value(std::move(path)));
    return core::value(std::move(out));
  }

  place_in_play next_place() {
    auto out = prefix_;
    out.push_back(next_++);
    return out;
  }

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

  void inherit(engine::task_spec& s, const std::vector<const playbook::common*>& levels) const {
    for (auto* level : levels) {
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
      take(s.throttle, level->throttle);
      take(s.debugger, level->debugger);
      if (!level->collections.empty()) s.collections = level->collections;
      for (auto& f : level->module_defaults)
        for (auto& e : f.raw.as_dict())
          if (e.key == core::value(s.action) || (s.action == "gather_facts" && e.key == core::value("setup")))
            s.default_args = {e.val, f.where, true};
      for (auto& f : level->environment) s.environment.push_back(convert(f));
      for (auto& f : level->when) s.when.push_back(convert(f));
      for (auto& tag : level->tags)
        if (std::find(s.tags.begin(), s.tags.end(), tag) == s.tags.end()) s.tags.push_back(tag);
    }
  }

  const playbook::play& play_;
  const plan_options& options_;
  place_in_play prefix_;
  std::uint32_t next_;
};

core::dict flush_args() { return {{core::value("_raw_params"), core::value("flush_handlers")}}; }

/// The surroundings of what an include brings: its own keywords are for itself, its variables for all inside.
around_ptr inside_include(const inclusion& what) {
  auto& include = *what.include;
  auto in = std::make_shared<surroundings>(*include.around);
  for (auto* vars : {&include.source->shared.vars, &what.special_vars}) {
    in->vars.update(*vars);
    in->include_params.update(*vars);
  }
  in->folders.push_back(what.folder);
  in->kept.push_back(include.source);
  if (include.source->action == "include_role" && !in->roles.empty()) {
    auto prepend = [&](const char* name, const std::string& text) {
      auto* before = in->include_params.find(name);
      core::list names = before ? before->as_list() : core::list{};
      names.insert(names.begin(), core::value(text));
      in->include_params.set(name, core::value(std::move(names)));
    };
    prepend("ansible_parent_role_names", in->roles.back()->full_name());
    prepend("ansible_parent_role_paths", in->roles.back()->path);
  }
  if (auto* apply = include.source->args.as_dict().find("apply"); apply && apply->is_dict())
    return planner::enter(playbook::block_of_keywords(apply->as_dict(), include.source->where), *in);
  return in;
}

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

plan_block plan_included(const playbook::play& play, const std::vector<playbook::item>& items, const inclusion& what,
                         const plan_options& options) {
  auto prefix = what.include->order;
  prefix.push_back(what.number);
  planner p(play, options, std::move(prefix));
  plan_block out;
  p.add_items(out.body, items, inside_include(what));
  return out;
}

std::vector<std::shared_ptr<const planned_task>> plan_included_handlers(const playbook::play& play,
                                                                        const std::vector<playbook::item>& items,
                                                                        const inclusion& what, std::uint32_t first_number,
                                                                        const plan_options& options) {
  std::vector<std::shared_ptr<const planned_task>> out;
  // Handlers that a role brings stand behind all others; those of an include stand in its place.
  place_in_play prefix;
  if (first_number == 0) {
    prefix = what.include->order;
    prefix.push_back(what.number);
  }
  planner p(play, options, std::move(prefix), std::max(first_number, 1u));
  p.add_handlers(out, items, inside_include(what));
  return out;
}

void plan::add_handlers(std::vector<std::shared_ptr<const planned_task>> more) {
  for (auto& h : more) {
    auto same = std::find_if(handlers.begin(), handlers.end(), [&](auto& known) { return known->source == h->source; });
    met.push_back(static_cast<std::size_t>(same - handlers.begin()));
    if (same == handlers.end()) handlers.push_back(std::move(h));
  }
}

plan make_plan(const playbook::play& play, bool gather, const plan_options& options) {
  plan out;
  out.name = play.name;
  planner p(play, options);
  auto root = std::make_shared<plan_block>();
  auto& body = root->body;
  auto top = p.top();
  // Facts are gathered whatever --tags says, unless the play itself is tagged.
  bool facts = gather && (play.shared.tags.empty() ? selected({"always"}, options) : selected(play.shared.tags, options));
  if (facts) {
    core::dict args;
    if (play.gather_subset) args.set("gather_subset", play.gather_subset.raw);
    if (play.gather_timeout) args.set("gather_timeout", play.gather_timeout.raw);
    if (play.fact_path) args.set("fact_path", play.fact_path.raw);
    p.add_implicit(body, "Gathering Facts", "gather_facts", std::move(args), top);
  }
  p.add_items(body, play.pre_tasks, top);
  p.add_implicit(body, "", "meta", flush_args(), top);
  for (auto& r : play.roles) p.add_items(body, playbook::role_tasks(r), top);
  p.add_items(body, play.tasks, top);
  p.add_implicit(body, "", "meta", flush_args(), top);
  p.add_items(body, play.post_tasks, top);
  p.add_implicit(body, "", "meta", flush_args(), top);
  out.root = std::move(root);
  planner h(play, options);
  std::vector<std::shared_ptr<const planned_task>> handlers;
  for (auto& r : play.roles) h.add_handlers(handlers, playbook::role_handlers(r), top);
  h.add_handlers(handlers, play.handlers, top);
  out.add_handlers(std::move(handlers));
  return out;
}

} // namespace mito::strategy

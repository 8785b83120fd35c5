#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"
#include "playbook/load_context.hpp"

namespace mito::playbook {

namespace {

/// A name without ansible.builtin. or ansible.legacy. in front.
std::string_view short_name(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

bool is_action_name(const load_context& ctx, std::string_view name) {
  if ((ctx.options().actions && ctx.options().actions->find(name)) || is_known_module(short_name(name))) return true;
  if (!ctx.options().find_module) return false;
  auto found = ctx.options().find_module(name, ctx.collections());
  return found || found.error().what().category != "missing";
}

/// One way to write the action: a key of the task with its value.
struct candidate {
  const yaml_member* member;
  std::string name;
  core::value args;   ///< dict, string or none as written
  bool split = false; ///< `args` came from the words after a name
};

void report_unresolved(load_context& ctx, std::string_view name, const yaml_mark& where, const std::string& searched = {}) {
  if (is_known_module(short_name(name))) return ctx.later(name, where);
  std::vector<std::string_view> names;
  if (ctx.options().actions) names = ctx.options().actions->names();
  auto hint = ctx.suggestion(short_name(name), names);
  // A slip in a keyword looks like a module, too.
  if (hint.empty()) hint = ctx.suggestion(name, keyword_names(in_task));
  if (hint.empty()) hint = searched;
  ctx.error("couldn't resolve module/action '" + std::string(name) +
                "'. This often indicates a misspelling, missing collection, or incorrect module path.",
            where, std::move(hint), "unsupported");
}

/// A module that is none of ours.
bool find_installed(load_context& ctx, const candidate& c, task_action& out) {
  const auto& where = c.member->where;
  if (!ctx.options().find_module) return report_unresolved(ctx, c.name, where), false;
  auto found = ctx.options().find_module(c.name, ctx.collections());
  if (found) {
    out.name = *found;
    return true;
  }
  auto& problem = found.error().what();
  if (problem.category != "missing")
    ctx.error(problem.message, where, problem.hint, "unsupported");
  else
    report_unresolved(ctx, c.name, where, problem.hint);
  return false;
}

/// `action:` and `local_action:`: "name words…" or a mapping with `module`.
bool read_action_keyword(load_context& ctx, const yaml_member& m, candidate& out) {
  out.member = &m;
  const auto& v = m.node->val;
  if (v.is_string()) {
    auto words = split_arguments(v.as_string());
    if (!words || words->empty()) {
      ctx.error(words ? "no module/action detected in task." : words.error().message(), m.where);
      return false;
    }
    out.name = std::string(core::trim((*words)[0]));
    std::string rest;
    for (std::size_t i = 1; i < words->size(); ++i) rest += (i > 1 ? " " : "") + (*words)[i];
    out.args = core::value(rest, core::trust::source);
    out.split = true;
    return true;
  }
  if (v.is_dict()) {
    auto args = v.as_dict();
    auto words = split_arguments(v.text("module"));
    args.erase("module");
    if (words && !words->empty()) {
      out.name = std::string(core::trim((*words)[0]));
      if (words->size() > 1) { // module: "copy src=a dest=b"
        std::string rest;
        for (std::size_t i = 1; i < words->size(); ++i) rest += (i > 1 ? " " : "") + (*words)[i];
        auto more = parse_arguments(rest, false);
        if (more)
          for (const auto& e : *more) args.set_key(e.key, e.val);
      }
      out.args = core::value(std::move(args));
      return true;
    }
    ctx.error("no module/action detected in task.", m.where);
    return false;
  }
  ctx.error("unexpected parameter type in action: " + std::string(type_name(v)), m.where);
  return false;
}

/// Adds the `args:` keyword under what the action itself says.
bool read_args_keyword(load_context& ctx, const yaml_member& m, core::dict& args) {
  const auto& v = m.node->val;
  if (v.is_none()) return true;
  if (v.is_dict()) {
    ctx.check_templates(*m.node);
    args = v.as_dict();
    return true;
  }
  if (v.is_string() && has_template(v.as_string())) {
    ctx.later("args", m.where, "args as a variable; write the arguments as a mapping");
    return false;
  }
  ctx.error(
      v.is_string()
          ? "Complex args containing variables cannot use bare variables (without Jinja2 delimiters), and "
            "must use the full variable style ('{{var_name}}')"
          : "Complex args must be a dictionary or variable string (\"{{var}}\").",
      m.where);
  return false;
}

bool normalize(load_context& ctx, const candidate& c, const action_info& info, core::dict& args) {
  core::dict own;
  if (c.args.is_string()) {
    auto parsed = parse_arguments(c.args.as_string(), info.raw_params);
    if (!parsed) {
      ctx.error(parsed.error().message(), c.member->where);
      return false;
    }
    own = std::move(*parsed);
  } else if (c.args.is_dict()) {
    own = c.args.as_dict();
  } else if (!c.args.is_none()) {
    ctx.error("unexpected parameter type in action: " + std::string(type_name(c.args)), c.member->where);
    return false;
  }
  for (const auto& e : own)
    if (!info.free_form && e.key.is_string() && e.key.as_string().starts_with("_ansible_")) {
      ctx.error("invalid parameter specified for action '" + c.name + "': '" +
                    std::string(e.key.as_string()) + "'",
                c.member->where);
      return false;
    }
  if (own.contains("_raw_params") && !info.free_form) {
    auto raw = own.find("_raw_params")->as_string();
    if (has_template(raw))
      ctx.later(c.name, c.member->where, "arguments as a whole from a variable; write them as a mapping");
    else
      ctx.error(
          "this task '" + c.name +
              "' has extra params, which is only allowed in modules with a free form: " + std::string(raw),
          c.member->where);
    return false;
  }
  for (const auto& e : own) args.set_key(e.key, e.val);
  return true;
}

/// Keys of a task that are neither keywords nor `with_*`, in order.
std::vector<const yaml_member*> foreign_keys(const yaml_node& node, level kind) {
  std::vector<const yaml_member*> out;
  for (const auto& m : node.members) {
    if (!m.key.is_string()) continue;
    auto name = m.key.as_string();
    if (find_keyword(name, kind)) continue;
    if (name.starts_with("with_") && is_known_lookup(name.substr(5))) continue;
    out.push_back(&m);
  }
  return out;
}

bool conflict(load_context& ctx, const std::string& first, const yaml_member& second, level kind,
              const yaml_node& node) {
  auto name = std::string(second.key.as_string());
  std::string hint;
  if (!is_action_name(ctx, name)) {
    hint = "'" + name + "' is not a valid attribute for a " + std::string(level_name(kind));
    if (auto near = ctx.suggestion(name, keyword_names(kind)); !near.empty()) hint += "; " + near;
  }
  ctx.error("conflicting action statements: " + first + ", " + name, hint.empty() ? node.where : second.where,
            hint);
  return false;
}

/// Picks the one action among the task's keys; a real module wins over words that are none.
bool choose(load_context& ctx, const yaml_node& node, level kind, std::optional<candidate>& chosen) {
  auto foreign = foreign_keys(node, kind);
  if (!chosen) {
    const yaml_member* pick = nullptr;
    for (auto* m : foreign)
      if (!pick && is_action_name(ctx, m->key.as_string())) pick = m;
    if (!pick && foreign.size() > 1)
      for (auto* m : foreign)
        if (m->key.as_string().find('.') != std::string_view::npos) pick = m;
    if (!pick && !foreign.empty()) pick = foreign[0];
    if (!pick) {
      ctx.error("no module/action detected in task.", node.where);
      return false;
    }
    chosen = candidate{pick, std::string(pick->key.as_string()), pick->node->val};
  }
  for (auto* m : foreign)
    if (m != chosen->member) return conflict(ctx, chosen->name, *m, kind, node);
  return true;
}

} // namespace

bool find_action(load_context& ctx, const yaml_node& node, level kind, task_action& out) {
  std::optional<candidate> chosen;
  for (const auto* key : {"action", "local_action"}) {
    const auto* m = node.find(key);
    if (!m) continue;
    if (chosen) {
      ctx.error("action and local_action are mutually exclusive", m->where);
      return false;
    }
    candidate c;
    if (!read_action_keyword(ctx, *m, c)) return false;
    chosen = std::move(c);
    out.local = key == std::string_view("local_action");
  }
  if (!choose(ctx, node, kind, chosen)) return false;
  out.where = chosen->member->where;
  out.as_written = chosen->name;
  out.info = ctx.options().actions ? ctx.options().actions->find(chosen->name) : nullptr;
  if (out.info)
    out.name = out.info->name;
  else if (!find_installed(ctx, *chosen, out))
    return false;
  ctx.check_templates(*chosen->member->node);
  core::dict args;
  if (const auto* m = node.find("args"); m && !read_args_keyword(ctx, *m, args)) return false;
  static const action_info plain;
  if (!normalize(ctx, *chosen, out.info ? *out.info : plain, args)) return false;
  out.args = core::value(std::move(args));
  return true;
}

} // namespace mito::playbook

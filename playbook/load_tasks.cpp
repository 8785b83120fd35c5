#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/load_context.hpp"

namespace mito::playbook {

namespace {

std::vector<std::string> string_list(const core::value& v) {
  std::vector<std::string> out;
  if (v.is_none()) return out;
  if (!v.is_list()) return {core::to_str(v)};
  for (const auto& item : v.as_list()) out.push_back(core::to_str(item));
  return out;
}

bool is_block(const yaml_node& n) {
  return n.find("block") || n.find("rescue") || n.find("always");
}

void read_loop_control(load_context& ctx, const yaml_member& m, loop_spec& loop) {
  if (!m.node->val.is_dict())
    return ctx.error("the `loop_control` value must be specified as a dictionary and cannot be a variable "
                     "itself (though it "
                     "can contain variables)",
                     m.where);
  for (const auto& entry : m.node->members)
    if (!entry.key.is_string() || !find_keyword(entry.key.as_string(), in_loop_control))
      ctx.unknown(core::to_str(entry.key), in_loop_control, entry.where);
  loop.loop_control = ctx.make_field(m);
}

void read_loop(load_context& ctx, const yaml_member& m, loop_spec& loop) {
  auto name = m.key.as_string();
  if (loop.kind != loop_spec::form::none)
    return ctx.error(
        "duplicate loop in task: " + std::string(name.starts_with("with_") ? name.substr(5) : name), m.where);
  if (m.node->val.is_none()) {
    if (name == "loop") return; // as if it were not there
    return ctx.error("you must specify a value when using " + std::string(name), m.where);
  }
  loop.kind = name == "loop" ? loop_spec::form::loop : loop_spec::form::with;
  if (name != "loop") loop.with_lookup = name.substr(5);
  loop.over = ctx.make_field(m);
}

bool bare_condition(std::string_view name) {
  return name == "changed_when" || name == "failed_when" || name == "until";
}

/// `async: 0` and a `poll` without it change nothing.
bool harmless(const yaml_member& m, const yaml_node& task) {
  auto name = m.key.as_string();
  const auto& v = m.node->val;
  if (name == "async") return v.is_int() && v.as_int() == 0;
  if (name == "poll") return !task.find("async") || harmless(*task.find("async"), task);
  if (name == "delegate_facts") return v.is_bool() && !v.as_bool();
  return v.is_none() || ((v.is_list() || v.is_dict()) && !v.truthy());
}

void read_task_keyword(load_context& ctx, const yaml_member& m, const yaml_node& node, level kind,
                       task& out) {
  auto name = m.key.as_string();
  const auto* known = find_keyword(name, kind);
  if (!known) {
    if (name.starts_with("with_")) read_loop(ctx, m, out.loop);
    return; // the action itself, or reported with it
  }
  if (known->state == support::later) {
    if (!harmless(m, node)) ctx.later(name, m.where);
    return;
  }
  if (ctx.read_common(m, out.shared, kind)) return;
  if (auto where = task_field(name)) {
    if (bare_condition(name)) {
      ctx.check_templates(*m.node, true);
      out.*where = {m.node->val, ctx.at(m.node->where), true};
    } else {
      out.*where = ctx.make_field(m);
    }
    return;
  }
  if (name == "name")
    out.name = name_of(m.node->val);
  else if (name == "loop")
    read_loop(ctx, m, out.loop);
  else if (name == "loop_control")
    read_loop_control(ctx, m, out.loop);
  else if (name == "listen")
    out.listen = string_list(m.node->val);
  else if (name == "args")
    out.args_keyword = ctx.make_field(m);
}

void read_block_keyword(load_context& ctx, const yaml_member& m, block& out, bool handlers) {
  auto name = m.key.is_string() ? m.key.as_string() : std::string_view();
  const auto* known = find_keyword(name, in_block);
  if (!known) return ctx.unknown(core::to_str(m.key), in_block, m.where);
  if (known->state == support::later) {
    if (!harmless(m, yaml_node{})) ctx.later(name, m.where);
    return;
  }
  if (ctx.read_common(m, out.shared, in_block)) return;
  if (name == "name")
    out.name = name_of(m.node->val);
  else if (name == "delegate_to")
    out.delegate_to = ctx.make_field(m);
  else if (name == "delegate_facts")
    out.delegate_facts = ctx.make_field(m);
  else if (name == "notify")
    out.notify = ctx.make_field(m);
  else if (name == "block")
    out.body = load_items(ctx, m, handlers);
  else if (name == "rescue")
    out.rescue = load_items(ctx, m, handlers);
  else if (name == "always")
    out.always = load_items(ctx, m, handlers);
}

std::shared_ptr<const block> load_block(load_context& ctx, const yaml_node& node, bool handlers) {
  auto out = std::make_shared<block>();
  out->where = ctx.at(node.where);
  if (!node.find("block"))
    ctx.error(std::string("'") + (node.find("rescue") ? "rescue" : "always") +
                  "' keyword cannot be used without 'block'",
              node.where);
  // What imports inside may name comes first, wherever it is written.
  auto before = ctx.here;
  auto early = [](const yaml_member& m) { return m.key.is_string() && (m.key.as_string() == "vars" || m.key.as_string() == "collections"); };
  for (const auto& m : node.members)
    if (early(m)) read_block_keyword(ctx, m, *out, handlers);
  ctx.here.vars.update(out->shared.vars);
  for (const auto& m : node.members)
    if (!early(m)) read_block_keyword(ctx, m, *out, handlers);
  ctx.here = std::move(before);
  // A list of handlers may have blocks; they hand down keywords and hold nothing but handlers.
  if (handlers)
    for (const auto& i : out->body)
      if (i.block && i.block->from == block::origin::written)
        ctx.error("Using a block as a handler is not supported.", node.where);
  return out;
}

} // namespace

std::shared_ptr<const task> load_task(load_context& ctx, const yaml_ref& ref, level kind) {
  const auto& node = *ref;
  auto out = std::make_shared<task>();
  out->where = ctx.at(node.where);
  task_action action;
  auto before = ctx.here;
  if (const auto* m = node.find("collections")) ctx.read_common(*m, out->shared, kind);
  bool runnable = find_action(ctx, node, kind, action);
  ctx.here = std::move(before);
  for (const auto& m : node.members) {
    if (!m.key.is_string()) {
      ctx.unknown(core::to_str(m.key), kind, m.where);
      continue;
    }
    read_task_keyword(ctx, m, node, kind, *out);
  }
  if (!runnable) return nullptr;
  out->action = action.info->name;
  out->action_as_written = action.as_written;
  out->args = action.args;
  if (action.local) {
    if (out->delegate_to) ctx.error("delegate_to cannot be used with local_action", node.where);
    out->delegate_to = {core::value("localhost", core::trust::source), out->where, true};
  }
  if (out->action == "include_role" && kind == in_handler)
    ctx.error("Using 'include_role' as a handler is not supported.", node.where);
  if (out->action == "include_tasks" || out->action == "include_role") check_include(ctx, node, *out);
  return out;
}

std::vector<item> load_items(load_context& ctx, const yaml_member& list, bool handlers) {
  const auto& n = *list.node;
  if (n.val.is_none()) return {};
  if (n.val.is_list()) return load_task_list(ctx, n, handlers);
  ctx.error("A malformed block was encountered while loading " + core::to_str(list.key) + ": " +
                core::to_repr(n.val).substr(0, 200) + " should be a list or None but is " +
                std::string(type_name(n.val)),
            list.where, "a list of tasks is expected here, each starting with '- '");
  return {};
}

std::vector<item> load_task_list(load_context& ctx, const yaml_node& list, bool handlers) {
  std::vector<item> out;
  for (const auto& entry : list.items) {
    if (!entry->val.is_dict()) {
      ctx.error("A malformed task was encountered: a task must be a mapping, but this is a " + std::string(type_name(entry->val)),
                entry->val.is_none() ? list.where : entry->where);
    } else if (is_block(*entry)) {
      out.push_back({nullptr, load_block(ctx, *entry, handlers)});
    } else if (auto imported = load_import(ctx, entry, handlers)) {
      for (auto& i : *imported) out.push_back(std::move(i));
    } else if (auto t = load_task(ctx, entry, handlers ? in_handler : in_task)) {
      out.push_back({std::move(t), nullptr});
    }
  }
  return out;
}

} // namespace mito::playbook

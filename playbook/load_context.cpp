#include "playbook/load_context.hpp"

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"

namespace mito::playbook {

std::string_view level_name(level kind) {
  switch (kind) {
  case in_play:
    return "Play";
  case in_block:
    return "Block";
  case in_task:
    return "Task";
  case in_handler:
    return "Handler";
  case in_loop_control:
    break;
  }
  return "LoopControl";
}

std::string name_of(const core::value& v) {
  return v.is_none() ? std::string() : core::to_str(v);
}

void load_context::error(std::string message, const yaml_mark& where, std::string hint,
                         std::string category) {
  state_.problems.push_back(
      {core::severity::error, std::move(message), at(where), std::move(hint), {}, std::move(category)});
}

void load_context::later(std::string_view name, const yaml_mark& where, std::string hint) {
  error("'" + std::string(name) + "' is not supported yet", where, std::move(hint), "unsupported");
}

std::string load_context::suggestion(std::string_view wanted, const std::vector<std::string_view>& names) {
  auto near = core::nearest(wanted, names);
  return near.empty() ? std::string() : "did you mean '" + std::string(near) + "'?";
}

void load_context::unknown(std::string_view name, level kind, const yaml_mark& where) {
  error("'" + std::string(name) + "' is not a valid attribute for a " + std::string(level_name(kind)), where,
        suggestion(name, keyword_names(kind)));
}

field load_context::make_field(const yaml_member& m) {
  check_templates(*m.node);
  return {m.node->val, at(m.node->where), true};
}

void load_context::check_templates(const yaml_node& n, bool bare) {
  if (!options().check_template) return;
  if (n.val.is_string() && n.val.trust() == core::trust::source) {
    auto text = n.val.as_string();
    bool marks = has_template(text);
    if (!marks && !bare) return;
    // Braces in a bare expression are allowed, with a warning at run time; then it is a template.
    if (auto ok = options().check_template(text, bare && !marks, at(n.where)); !ok) {
      auto problem = ok.error().what();
      if (!problem.where) problem.where = at(n.where);
      state_.problems.push_back(std::move(problem));
    }
  }
  for (const auto& item : n.items) check_templates(*item, bare);
  for (const auto& m : n.members) check_templates(*m.node, bare);
}

void load_context::read_tags(const yaml_member& m, common& into) {
  const auto& v = m.node->val;
  auto add = [&](std::string_view text) {
    for (auto tag : core::split(text, ','))
      if (auto t = core::trim(tag); !t.empty()) into.tags.emplace_back(t);
  };
  if (v.is_string()) return add(v.as_string());
  if (v.is_none()) return;
  if (!v.is_list()) return error("tags must be specified as a list", m.where);
  for (const auto& tag : v.as_list()) add(core::to_str(tag));
}

namespace {

bool is_identifier(std::string_view s) {
  if (s.empty() || (s[0] >= '0' && s[0] <= '9')) return false;
  for (char c : s)
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'))
      return false;
  return true;
}

} // namespace

namespace {

/// The parts of a keyword that may be a mapping or a list of mappings.
std::vector<const yaml_node*> parts_of(const yaml_node& n) {
  std::vector<const yaml_node*> out;
  if (n.val.is_list())
    for (const auto& part : n.items) out.push_back(part.get());
  else if (!n.val.is_none())
    out.push_back(&n);
  return out;
}

} // namespace

void load_context::read_vars(const yaml_member& m, common& into, level kind) {
  for (const auto* part : parts_of(*m.node)) {
    if (!part->val.is_dict())
      return error("Vars in a " + std::string(level_name(kind)) +
                       " must be specified as a dictionary, or a list of dictionaries",
                   m.where);
    for (const auto& var : part->members) {
      if (!var.key.is_string() || !is_identifier(var.key.as_string())) {
        error("Invalid variable name in vars specified for " + std::string(level_name(kind)) + ": '" +
                  core::to_str(var.key) + "' is not a valid variable name",
              var.where,
              "names start with a letter or underscore and have letters, digits and underscores only");
        continue;
      }
      check_templates(*var.node);
      into.vars.set_key(var.key, var.node->val);
    }
  }
}

void load_context::read_when(const yaml_member& m, common& into) {
  check_templates(*m.node, true);
  if (m.node->items.empty()) {
    if (!m.node->val.is_list()) into.when.push_back({m.node->val, at(m.node->where), true});
    return;
  }
  for (const auto& term : m.node->items) into.when.push_back({term->val, at(term->where), true});
}

void load_context::read_environment(const yaml_member& m, common& into) {
  auto add = [&](const yaml_node& n) {
    if (n.val.is_none()) return;
    if (!n.val.is_dict() && !(n.val.is_string() && has_template(n.val.as_string())))
      return error("environment must be a dictionary, received " + core::to_str(n.val) + " (" +
                       std::string(type_name(n.val)) + ")",
                   n.where);
    check_templates(n);
    into.environment.push_back({n.val, at(n.where), true});
  };
  if (!m.node->val.is_list()) return add(*m.node);
  for (const auto& part : m.node->items) add(*part);
}

void load_context::read_collections(const yaml_member& m, common& into) {
  core::list names = m.node->val.is_list() ? m.node->val.as_list() : core::list{m.node->val};
  into.collections.clear();
  for (const auto& n : names)
    if (n.is_string()) into.collections.emplace_back(n.as_string());
  if (!into.collections.empty()) here.collections = into.collections;
}

void load_context::read_module_defaults(const yaml_member& m, common& into) {
  for (const auto* part : parts_of(*m.node)) {
    if (!part->val.is_dict())
      return error("The field 'module_defaults' is supposed to be a dictionary or list of dictionaries, the keys of which must be "
                   "static action, module, or group names. Only the values may contain templates. For example: {'ping': \"{{ "
                   "ping_defaults }}\"}",
                   m.where);
    core::dict named;
    for (const auto& entry : part->members) {
      check_templates(*entry.node);
      auto name = core::to_str(entry.key);
      if (name.starts_with("group/")) {
        later("module_defaults: " + name, entry.where, "name the modules one by one");
        continue;
      }
      for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
        if (name.starts_with(prefix)) name = name.substr(prefix.size());
      named.set(name, entry.node->val);
    }
    into.module_defaults.push_back({core::value(std::move(named)), at(part->where), true});
  }
}

bool load_context::read_common(const yaml_member& m, common& into, level kind) {
  auto name = m.key.as_string();
  if (auto where = common_field(name)) {
    into.*where = make_field(m);
    return true;
  }
  if (name == "tags")
    read_tags(m, into);
  else if (name == "vars")
    read_vars(m, into, kind);
  else if (name == "when")
    read_when(m, into);
  else if (name == "environment")
    read_environment(m, into);
  else if (name == "module_defaults")
    read_module_defaults(m, into);
  else if (name == "collections")
    read_collections(m, into);
  else
    return false;
  return true;
}

} // namespace mito::playbook

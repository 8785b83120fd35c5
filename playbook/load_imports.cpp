// Statements that read other files in their place: import_tasks, import_role, roles' entries; and the checks of includes.
#include <algorithm>
#include <array>
#include <filesystem>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"
#include "playbook/file_search.hpp"
#include "playbook/load_context.hpp"
#include "playbook/roles.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

using core::value;

std::string_view short_action(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return name;
}

/// The task as written, were it a plain task: keywords, name and arguments.
std::shared_ptr<const task> read_statement(load_context& ctx, const yaml_ref& node, bool handlers) {
  return load_task(ctx, node, handlers ? in_handler : in_task);
}

constexpr std::array<std::string_view, 9> role_options{"name",          "role",   "tasks_from",       "vars_from", "defaults_from",
                                                        "handlers_from", "public", "allow_duplicates", "rolespec_validate"};

std::string names_not_in(const core::dict& args, auto&& known) {
  std::string out;
  for (const auto& e : args) {
    auto name = core::to_str(e.key);
    if (name == "apply" || std::find(known.begin(), known.end(), name) != known.end()) continue;
    out += (out.empty() ? "" : ",") + name;
  }
  return out;
}

bool has_loop(const task& t) { return t.loop.kind != loop_spec::form::none; }

/// Keywords that an include statement itself may have (TaskInclude.VALID_INCLUDE_KEYWORDS).
constexpr std::array<std::string_view, 17> include_keywords{
    "action", "args", "collections", "debugger", "ignore_errors", "loop",    "loop_control", "loop_with", "name",
    "no_log", "register", "run_once", "tags",   "timeout",       "vars",     "when",         "listen"};

/// Keywords that `apply` hands to what is included (block_of_keywords).
bool applies(std::string_view name) {
  static constexpr std::string_view more[] = {"tags", "vars", "when", "environment", "delegate_to", "delegate_facts", "notify"};
  return common_field(name) || std::find(std::begin(more), std::end(more), name) != std::end(more);
}

std::string file_argument(const task& t) {
  for (const auto* name : {"_raw_params", "file"})
    if (const auto* v = t.args.as_dict().find(name); v && v->truthy()) return core::to_str(*v);
  return {};
}

/// The folder part of a file name.
std::string folder_part(const std::string& name) {
  auto slash = name.rfind('/');
  return slash == name.npos ? std::string() : slash == 0 ? "/" : name.substr(0, slash);
}

struct scoped_place {
  explicit scoped_place(load_context& c) : ctx(c), before(c.here) {}
  ~scoped_place() { ctx.here = std::move(before); }
  load_context& ctx;
  place before;
};

/// The block that stands where the statement stood.
std::shared_ptr<block> block_of(load_context& ctx, const task& statement, const yaml_node& node) {
  auto out = std::make_shared<block>();
  out->where = ctx.at(node.where);
  out->shared = statement.shared;
  out->from = block::origin::file;
  out->delegate_to = statement.delegate_to;
  out->delegate_facts = statement.delegate_facts;
  out->notify = statement.notify;
  return out;
}

std::vector<item> import_tasks(load_context& ctx, const yaml_ref& node, const task& statement, bool handlers) {
  static constexpr std::array<std::string_view, 2> options{"file", "_raw_params"};
  if (auto bad = names_not_in(statement.args.as_dict(), options); !bad.empty())
    return ctx.error("Invalid options for import_tasks: " + bad, node->where), std::vector<item>{};
  if (statement.args.as_dict().contains("apply"))
    return ctx.error("Invalid options for import_tasks: apply", node->where), std::vector<item>{};
  auto written = file_argument(statement);
  if (written.empty()) return ctx.error("No file specified for import_tasks", node->where), std::vector<item>{};
  if (has_loop(statement))
    return ctx.error("You cannot use loops on 'import_tasks' statements. You should use 'include_tasks' instead.", node->where),
           std::vector<item>{};
  scoped_place keep(ctx);
  ctx.here.vars.update(statement.shared.vars);
  auto name = render_early(ctx, value(written, core::trust::source), ctx.at(node->where), "import path");
  if (!name) return {};
  include_place where{ctx.here.role, ctx.here.folders, {}, handlers, {}};
  auto path = find_included_file(*name, where, ctx.state().directory);
  auto& open = ctx.state().open;
  if (std::count(open.begin(), open.end(), path) > 8 || open.size() > 200)
    return ctx.error("the file " + path + " imports itself without end", node->where), std::vector<item>{};
  auto doc = read_yaml_file(path);
  if (!doc) {
    if (doc.error().what().category == "missing")
      ctx.error("Could not find or access '" + path + "' on the Ansible Controller.", node->where);
    else
      ctx.state().problems.push_back(doc.error().what());
    return {};
  }
  auto& problems = ctx.state().problems;
  problems.insert(problems.end(), doc->warnings.begin(), doc->warnings.end());
  if (!doc->root->val.truthy()) {
    problems.push_back({core::severity::warning, "file " + path + " is empty and had no tasks to include", ctx.at(node->where), {}, {}, {}});
    return {};
  }
  if (!doc->root->val.is_list()) {
    problems.push_back({core::severity::error, "included task files must contain a list of tasks", doc->at(*doc->root), {}, {}, "playbook"});
    return {};
  }
  auto out = block_of(ctx, statement, *node);
  out->folder = folder_part(*name);
  load_context inner(*doc, ctx.state(), ctx.here);
  inner.here.folders.push_back(out->folder);
  open.push_back(path);
  out->body = load_task_list(inner, *doc->root, handlers);
  open.pop_back();
  return {{nullptr, std::move(out)}};
}

std::optional<std::string> from_option(load_context& ctx, const task& t, const char* name, const yaml_node& node) {
  const auto* v = t.args.as_dict().find(name);
  if (!v || v->is_none()) return std::string();
  if (!v->is_string()) {
    ctx.error("Expected a string for " + std::string(name) + " but got " + std::string(type_name(*v)) + " instead", node.where);
    return std::nullopt;
  }
  auto text = render_early(ctx, *v, ctx.at(node.where), name);
  if (!text) return std::nullopt;
  return text->substr(text->rfind('/') + 1);
}

std::vector<item> import_role(load_context& ctx, const yaml_ref& node, const task& statement) {
  auto fail = [&](std::string message) {
    ctx.error(std::move(message), node->where);
    return std::vector<item>{};
  };
  const auto& args = statement.args.as_dict();
  if (auto bad = names_not_in(args, role_options); !bad.empty()) return fail("Invalid options for import_role: " + bad);
  for (const auto* name : {"public", "apply"})
    if (args.contains(name)) return fail("Invalid options for import_role: " + std::string(name));
  if (has_loop(statement))
    return fail("You cannot use loops on 'import_role' statements. You should use 'include_role' instead.");
  const auto* wanted = args.find("name");
  if (!wanted) wanted = args.find("role");
  if (!wanted) return fail("'name' is a required field for import_role.");
  scoped_place keep(ctx);
  ctx.here.vars.update(statement.shared.vars);
  role_use use;
  auto name = render_early(ctx, *wanted, ctx.at(node->where), "role name");
  if (!name) return {};
  use.name = *name;
  use.where = ctx.at(node->where);
  use.shared.vars = statement.shared.vars;
  use.shared.collections = ctx.here.collections;
  use.from_include = true;
  const auto* duplicates = args.find("allow_duplicates");
  use.allow_duplicates = !duplicates || duplicates->truthy();
  const auto* validate = args.find("rolespec_validate");
  use.validate = !validate || validate->truthy();
  for (auto [option, into] : {std::pair{"tasks_from", &use.files.tasks}, std::pair{"vars_from", &use.files.vars},
                              std::pair{"defaults_from", &use.files.defaults}, std::pair{"handlers_from", &use.files.handlers}}) {
    auto file = from_option(ctx, statement, option, *node);
    if (!file) return {};
    *into = std::move(*file);
  }
  auto r = load_role(ctx.state(), use);
  if (!r) return {};
  auto out = block_of(ctx, statement, *node);
  out->folder = r->path;
  out->body = role_tasks(r);
  auto& play = *ctx.state().current;
  play.imported_roles.push_back(r);
  auto handlers = role_handlers(r);
  if (!handlers.empty()) {
    auto around = std::make_shared<block>(*out);
    around->body = std::move(handlers);
    play.handlers.push_back({nullptr, std::move(around)});
  }
  return {{nullptr, std::move(out)}};
}

/// The deprecated `include`: an import when its name is plain and it has no loop, else an include. Its other words are
/// variables for what it brings.
std::vector<item> load_old_include(load_context& ctx, const yaml_ref& node, const task& written, bool handlers) {
  auto file = file_argument(written);
  if (file.empty()) return ctx.error("No file specified for include", node->where), std::vector<item>{};
  ctx.state().problems.push_back({core::severity::warning,
                                  "\"include\" is deprecated, use include_tasks/import_tasks instead",
                                  ctx.at(node->where), {}, {}, "deprecated"});
  auto made = std::make_shared<task>(written);
  core::dict vars;
  for (const auto& e : written.args.as_dict()) {
    auto name = core::to_str(e.key);
    if (name == "_raw_params" || name == "file" || name == "when") continue;
    if (name == "tags")
      for (auto tag : core::split(core::to_str(e.val), ',')) made->shared.tags.emplace_back(core::trim(tag));
    else
      vars.set_key(e.key, e.val);
  }
  vars.update(made->shared.vars);
  made->shared.vars = std::move(vars);
  made->args = value(core::dict{{value("_raw_params"), value(file, core::trust::source)}});
  if (!has_template(file) && !has_loop(written) && !ctx.here.dynamic) return import_tasks(ctx, node, *made, handlers);
  made->action = "include_tasks";
  return {{std::move(made), nullptr}};
}

} // namespace

std::optional<std::string> render_early(load_context& ctx, const value& text, const core::location& where, std::string_view what) {
  if (!text.is_string()) return core::to_str(text);
  if (!has_template(text.as_string())) return std::string(text.as_string());
  auto& state = ctx.state();
  auto problem = [&](std::string message) {
    state.problems.push_back({core::severity::error, "Error when evaluating variable in " + std::string(what) + ": " +
                                                         std::string(text.as_string()) + ". " + std::move(message),
                              where,
                              "names of imports are known before any host is: variables of the play, its vars_files and -e can "
                              "be used, inventory variables and facts cannot",
                              {},
                              "playbook"});
    return std::nullopt;
  };
  if (!ctx.options().render) return problem("There is nothing to evaluate it with.");
  core::dict vars;
  if (state.current) {
    vars.update(state.current->shared.vars);
    if (!state.vars_files_read && state.current->vars_files) {
      state.vars_files_read = true;
      const auto& given = state.current->vars_files.raw;
      for (const auto& entry : given.is_list() ? given.as_list() : core::list{given})
        for (const auto& choice : entry.is_list() ? entry.as_list() : core::list{entry}) {
          if (!choice.is_string() || has_template(choice.as_string())) continue;
          auto found = find_in_stack({state.directory}, "vars", choice.as_string(), state.directory);
          if (found.path.empty()) continue;
          if (auto doc = read_yaml_file(found.path); doc && doc->root->val.is_dict()) state.file_vars.update(doc->root->val.as_dict());
          break;
        }
    }
    vars.update(state.file_vars);
  }
  vars.update(ctx.here.vars);
  vars.set("playbook_dir", value(state.directory));
  if (!ctx.here.role_path.empty()) {
    vars.set("role_path", value(ctx.here.role_path));
    vars.set("role_name", value(ctx.here.role_name));
  }
  auto out = ctx.options().render(text, vars, where);
  if (!out) return problem(out.error().message());
  return core::to_str(*out);
}

std::optional<std::vector<item>> load_import(load_context& ctx, const yaml_ref& node, bool handlers) {
  std::string_view what;
  for (const auto& m : node->members) {
    if (!m.key.is_string()) continue;
    auto name = short_action(m.key.as_string());
    if (name == "import_tasks" || name == "import_role" || name == "include") what = name;
    // action: import_tasks …
    if ((name == "action" || name == "local_action") && m.node->val.is_dict()) name = short_action(m.node->val.text("module"));
    else if (name == "action" && m.node->val.is_string()) name = short_action(core::trim(core::split(core::trim(m.node->val.as_string()), ' ')[0]));
    if (name == "import_tasks") what = "import_tasks";
    if (name == "import_role") what = "import_role";
    if (name == "include") what = "include";
  }
  if (what.empty()) return std::nullopt;
  auto statement = read_statement(ctx, node, handlers);
  if (!statement) return std::vector<item>{};
  if (what == "include") return load_old_include(ctx, node, *statement, handlers);
  if (what == "import_tasks") return import_tasks(ctx, node, *statement, handlers);
  if (handlers) {
    ctx.error("Using 'import_role' as a handler is not supported.", node->where);
    return std::vector<item>{};
  }
  return import_role(ctx, node, *statement);
}

void check_include(load_context& ctx, const yaml_node& node, const task& t) {
  const auto& args = t.args.as_dict();
  if (t.action == "include_tasks") {
    static constexpr std::array<std::string_view, 2> options{"file", "_raw_params"};
    if (auto bad = names_not_in(args, options); !bad.empty()) ctx.error("Invalid options for include_tasks: " + bad, node.where);
    if (file_argument(t).empty()) ctx.error("No file specified for include_tasks", node.where);
  } else {
    if (auto bad = names_not_in(args, role_options); !bad.empty()) ctx.error("Invalid options for include_role: " + bad, node.where);
    if (!args.contains("name") && !args.contains("role")) ctx.error("'name' is a required field for include_role.", node.where);
    for (const auto* name : {"tasks_from", "vars_from", "defaults_from", "handlers_from"})
      if (const auto* v = args.find(name); v && !v->is_string())
        ctx.error("Expected a string for " + std::string(name) + " but got " + std::string(type_name(*v)) + " instead", node.where);
  }
  if (const auto* apply = args.find("apply"); apply && !apply->is_none() && !apply->is_dict())
    ctx.error("Expected a dict for apply but got " + std::string(type_name(*apply)) + " instead", node.where);
  else if (apply)
    for (const auto& e : apply->as_dict())
      if (!applies(core::to_str(e.key)))
        ctx.error("'" + core::to_str(e.key) + "' in apply is not a valid attribute for a Block, or not supported yet", node.where);
  for (const auto& m : node.members) {
    auto name = m.key.is_string() ? m.key.as_string() : std::string_view();
    if (!find_keyword(name, in_handler) || name.starts_with("with_")) continue;
    if (std::find(include_keywords.begin(), include_keywords.end(), name) == include_keywords.end())
      ctx.error("'" + std::string(name) + "' is not a valid attribute for a " +
                    (t.action == "include_tasks" ? "TaskInclude" : "IncludeRole"),
                m.where, "give it to the tasks inside: `apply: {" + std::string(name) + ": …}`");
  }
}

std::optional<role_use> read_role_entry(load_context& ctx, const yaml_node& entry) {
  role_use use;
  use.where = ctx.at(entry.where);
  use.shared.collections = ctx.here.collections;
  const auto& v = entry.val;
  auto named = [&](const value& name) {
    auto text = render_early(ctx, name, use.where, "role name");
    if (text) use.name = *text;
    return text.has_value();
  };
  if (!v.is_dict()) {
    if (!v.is_string() && !v.is_int()) return ctx.error("Invalid role definition: " + core::to_str(v), entry.where), std::nullopt;
    if (v.is_string() && v.as_string().find(',') != std::string_view::npos)
      return ctx.error("Invalid old style role requirement: " + core::to_str(v), entry.where), std::nullopt;
    return named(v) ? std::optional(std::move(use)) : std::nullopt;
  }
  const auto* name = entry.find("role");
  if (!name) name = entry.find("name");
  if (!name) name = entry.find("src");
  if (!name || !name->node->val.truthy() || !(name->node->val.is_string() || name->node->val.is_int()))
    return ctx.error("role definitions must contain a role name", entry.where), std::nullopt;
  scoped_place keep(ctx);
  for (const auto& m : entry.members) {
    auto key = m.key.is_string() ? m.key.as_string() : std::string_view();
    if (key == "role" || key == "name") continue;
    if (key == "delegate_to") {
      use.delegate_to = ctx.make_field(m);
    } else if (key == "delegate_facts") {
      use.delegate_facts = ctx.make_field(m);
    } else if (!ctx.read_common(m, use.shared, in_block)) {
      ctx.check_templates(*m.node);
      use.params.set_key(m.key, m.node->val);
    }
  }
  if (name->key.as_string() == "src") {
    // A requirement as in requirements.yml: the name is the last part of where it comes from.
    auto text = core::to_str(name->node->val);
    text = text.substr(text.rfind('/') + 1);
    use.params.erase("src");
    return named(value(text.substr(0, text.find(".git")), core::trust::source)) ? std::optional(std::move(use)) : std::nullopt;
  }
  return named(name->node->val) ? std::optional(std::move(use)) : std::nullopt;
}

std::string find_included_file(const std::string& name, const include_place& where, const std::string& playbook_dir) {
  std::error_code code;
  const std::string sub = where.handlers ? "handlers" : "tasks";
  std::string cumulative;
  bool first = true;
  for (std::size_t i = where.folders.size(); i-- > 0;) {
    const auto& folder = where.folders[i];
    if (first || cumulative.starts_with('/'))
      cumulative = folder;
    else
      cumulative = folder.empty() ? cumulative : folder + "/" + cumulative;
    first = false;
    std::vector<std::string> candidates;
    if (where.role) {
      auto base = cumulative.starts_with('/') ? cumulative : where.role->path + "/" + sub + "/" + cumulative;
      if (!where.handlers) candidates.push_back(find_relative(where.role->path, sub, name, playbook_dir));
      candidates.push_back(find_relative(base, sub, name, playbook_dir));
    } else {
      candidates.push_back(find_relative(playbook_dir, cumulative, name, playbook_dir));
    }
    for (const auto& candidate : candidates)
      if (std::filesystem::exists(candidate, code)) return candidate;
  }
  if (where.role) return find_relative(where.role->path, sub, name, playbook_dir, true);
  return full_path(name, playbook_dir);
}

} // namespace mito::playbook

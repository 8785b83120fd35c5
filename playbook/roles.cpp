#include "playbook/roles.hpp"

#include <algorithm>
#include <filesystem>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/role_cache.hpp"
#include "playbook/role_files.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

using core::value;

/// Roles in roles in roles: more than this is a loop that only differs in its parameters.
constexpr std::size_t deepest = 64;

/// One role while it is being read.
class role_reader {
public:
  role_reader(loading& state, const role_use& use, const found_role& found)
      : state_(state), use_(use), found_(found), out_(std::make_shared<role>()) {}

  std::shared_ptr<const role> read();

private:
  void fail(const std::string& message, core::location where = {}, std::string hint = {}) {
    state_.problems.push_back({core::severity::error, message, where ? where : use_.where, std::move(hint), {}, "playbook"});
  }
  core::expected<core::dict> read_vars(const std::string& folder, const std::string& wanted);
  /// nullopt: none, or broken and recorded.
  std::optional<yaml_document> document(const std::string& folder, const std::string& wanted);
  void read_meta();
  void read_dependencies(load_context& ctx, const yaml_node& list);
  void read_argument_specs();
  void add_validation();
  std::vector<item> read_tasks(const std::string& folder, const std::string& wanted, bool handlers);
  place inside() const;

  loading& state_;
  const role_use& use_;
  const found_role& found_;
  std::shared_ptr<role> out_;
  std::vector<std::string> collections_;
  value argument_specs_;
};

std::optional<yaml_document> role_reader::document(const std::string& folder, const std::string& wanted) {
  auto path = role_file(found_.path, found_.name, folder, wanted);
  if (!path) {
    fail(path.error().message());
    return std::nullopt;
  }
  if (path->empty()) return std::nullopt;
  auto doc = read_yaml_file(*path);
  if (!doc) {
    state_.problems.push_back(doc.error().what());
    return std::nullopt;
  }
  state_.problems.insert(state_.problems.end(), doc->warnings.begin(), doc->warnings.end());
  return std::move(*doc);
}

core::expected<core::dict> role_reader::read_vars(const std::string& folder, const std::string& wanted) {
  auto paths = role_vars_files(found_.path, found_.name, folder, wanted);
  if (!paths) return paths.error();
  core::dict out;
  for (const auto& path : *paths) {
    auto doc = read_yaml_file(path);
    if (!doc) return doc.error();
    state_.problems.insert(state_.problems.end(), doc->warnings.begin(), doc->warnings.end());
    const auto& v = doc->root->val;
    if (!v.truthy()) continue;
    if (!v.is_dict())
      return core::error("The " + folder + "/main.yml file for role '" + found_.name + "' must contain a dictionary of variables",
                         doc->at(*doc->root));
    out.update(v.as_dict());
  }
  return out;
}

place role_reader::inside() const {
  place p;
  p.role = out_;
  p.role_path = found_.path;
  p.role_name = found_.name;
  p.collections = collections_;
  p.vars = out_->defaults;
  p.vars.update(use_.shared.vars);
  p.vars.update(out_->vars);
  p.vars.update(use_.params);
  return p;
}

void role_reader::read_dependencies(load_context& ctx, const yaml_node& list) {
  if (list.val.is_none()) return;
  if (!list.val.is_list()) return ctx.error("Expected role dependencies to be a list.", list.where);
  for (const auto& entry : list.items) {
    auto use = read_role_entry(ctx, *entry);
    if (!use) continue;
    use->beside = std::filesystem::path(found_.path).parent_path().string();
    if (auto r = load_role(state_, *use)) out_->dependencies.push_back(std::move(r));
  }
}

void role_reader::read_meta() {
  auto doc = document("meta", "");
  if (!doc) return;
  const auto& root = *doc->root;
  if (!root.val.truthy()) return;
  load_context ctx(*doc, state_, inside());
  if (!root.val.is_dict())
    return ctx.error("the 'meta/main.yml' for role " + out_->full_name() + " is not a dictionary", root.where);
  if (const auto* m = root.find("collections"))
    for (const auto& c : m->node->val.is_list() ? m->node->val.as_list() : core::list{m->node->val})
      if (c.is_string()) collections_.emplace_back(c.as_string());
  ctx.here.collections = collections_;
  if (const auto* m = root.find("allow_duplicates")) out_->allow_duplicates = m->node->val.truthy();
  if (const auto* m = root.find("argument_specs")) argument_specs_ = m->node->val;
  if (const auto* m = root.find("dependencies")) read_dependencies(ctx, *m->node);
}

/// meta/argument_specs wins over what meta/main says.
void role_reader::read_argument_specs() {
  std::error_code code;
  for (const auto* ending : {".yml", ".yaml", ".json"}) {
    if (!std::filesystem::exists(found_.path + "/meta/argument_specs" + ending, code)) continue;
    if (auto doc = document("meta", "argument_specs")) argument_specs_ = doc->root->val["argument_specs"];
    return;
  }
}

/// A task in front that checks what the role was given.
void role_reader::add_validation() {
  if (!use_.validate || !argument_specs_.is_dict()) return;
  auto entry = use_.files.tasks.empty() ? std::string("main") : use_.files.tasks;
  const auto& spec = argument_specs_[entry];
  if (!spec.is_dict() || spec.as_dict().empty()) return;
  if (!state_.options.actions || !state_.options.actions->find("validate_argument_spec")) {
    state_.problems.push_back({core::severity::error, "'argument_specs' (of role " + out_->full_name() + ") is not supported yet",
                               use_.where, {}, {}, "unsupported"});
    return;
  }
  auto t = std::make_shared<task>();
  t->name = "Validating arguments against arg spec '" + entry + "'";
  if (spec.as_dict().contains("short_description")) t->name += " - " + core::to_str(spec["short_description"]);
  t->action = "validate_argument_spec";
  t->action_as_written = "ansible.builtin.validate_argument_spec";
  t->where = use_.where;
  t->shared.tags = {"always"};
  core::dict about;
  about.set("type", value("role"));
  about.set("name", value(found_.name));
  about.set("argument_spec_name", value(entry));
  about.set("path", value(found_.path));
  core::dict args;
  const auto& options = spec["options"];
  args.set("argument_spec", options.is_none() ? value(core::dict{}) : options);
  args.set("provided_arguments", value(use_.params));
  args.set("validate_args_context", value(std::move(about)));
  t->args = value(std::move(args));
  out_->tasks.insert(out_->tasks.begin(), {std::move(t), nullptr});
}

std::vector<item> role_reader::read_tasks(const std::string& folder, const std::string& wanted, bool handlers) {
  auto doc = document(folder, wanted);
  if (!doc || !doc->root->val.truthy()) return {};
  load_context ctx(*doc, state_, inside());
  if (doc->root->val.is_list()) return load_task_list(ctx, *doc->root, handlers);
  ctx.error("The " + folder + "/main.yml file for role '" + found_.name + "' must contain a list of tasks", doc->root->where);
  return {};
}

std::shared_ptr<const role> role_reader::read() {
  out_->name = found_.name;
  out_->collection = found_.collection;
  out_->path = found_.path;
  out_->where = use_.where;
  out_->shared = use_.shared;
  out_->delegate_to = use_.delegate_to;
  out_->delegate_facts = use_.delegate_facts;
  out_->params = use_.params;
  for (auto [folder, wanted, into] : {std::tuple{"vars", &use_.files.vars, &out_->vars},
                                      std::tuple{"defaults", &use_.files.defaults, &out_->defaults}}) {
    auto vars = read_vars(folder, *wanted);
    if (!vars) {
      fail(vars.error().message(), vars.error().what().where, vars.error().what().hint);
      return nullptr;
    }
    *into = std::move(*vars);
  }
  if (!found_.collection.empty()) collections_.push_back(found_.collection);
  read_meta();
  if (use_.from_include) out_->allow_duplicates = use_.allow_duplicates;
  read_argument_specs();
  out_->tasks = read_tasks("tasks", use_.files.tasks, false);
  add_validation();
  out_->handlers = read_tasks("handlers", use_.files.handlers, true);
  return out_;
}

/// Equal texts are equal uses.
std::string key_of(const role_use& use, const found_role& found) {
  core::list when;
  for (const auto& f : use.shared.when) when.push_back(f.raw);
  core::list tags;
  for (const auto& t : use.shared.tags) tags.emplace_back(t);
  core::list all{value(found.path), value(use.params), value(use.shared.vars), value(std::move(when)), value(std::move(tags)),
                 value(use.files.tasks), value(use.files.vars), value(use.files.defaults), value(use.files.handlers),
                 value(use.from_include)};
  return core::to_repr(value(std::move(all)));
}

} // namespace

std::shared_ptr<const role> load_role(loading& state, const role_use& use) {
  auto fail = [&](std::string message, std::string category = "playbook") {
    state.problems.push_back({core::severity::error, std::move(message), use.where, {}, {}, std::move(category)});
    return nullptr;
  };
  auto found = find_role(use.name, state.options, state.directory, use.beside, use.shared.collections);
  if (!found) return fail(found.error().message(), "no role");
  auto& play = *state.current;
  if (!play.known_roles) play.known_roles = std::make_shared<role_cache>();
  auto key = key_of(use, *found);
  if (auto at = play.known_roles->by_key.find(key); at != play.known_roles->by_key.end()) return at->second;
  auto mark = "role " + key;
  if (std::find(state.open.begin(), state.open.end(), mark) != state.open.end() || state.open.size() > deepest)
    return fail("A recursion loop was detected with the roles specified. Make sure child roles do not have dependencies on "
                "parent roles");
  state.open.push_back(mark);
  auto out = role_reader(state, use, *found).read();
  state.open.pop_back();
  if (out) play.known_roles->by_key.emplace(std::move(key), out);
  return out;
}

std::vector<item> role_tasks(const std::shared_ptr<const role>& r) {
  auto around = std::make_shared<block>();
  around->where = r->where;
  around->from = block::origin::role;
  around->role = r;
  for (const auto& d : r->dependencies)
    for (auto& i : role_tasks(d)) around->body.push_back(std::move(i));
  around->body.insert(around->body.end(), r->tasks.begin(), r->tasks.end());
  auto end = std::make_shared<task>();
  end->action = end->action_as_written = "meta";
  end->args = value(core::dict{{value("_raw_params"), value("role_complete")}});
  end->where = r->where;
  end->implicit = true;
  end->shared.tags = {"always"};
  around->body.push_back({std::move(end), nullptr});
  return {{nullptr, std::move(around)}};
}

std::vector<item> role_handlers(const std::shared_ptr<const role>& r) {
  std::vector<item> out;
  for (const auto& d : r->dependencies)
    for (auto& i : role_handlers(d)) out.push_back(std::move(i));
  if (r->handlers.empty()) return out;
  auto around = std::make_shared<block>();
  around->where = r->where;
  around->from = block::origin::role;
  around->role = r;
  around->body = r->handlers;
  out.push_back({nullptr, std::move(around)});
  return out;
}

} // namespace mito::playbook

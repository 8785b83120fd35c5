#include "playbook/loader.hpp"

#include <algorithm>
#include <filesystem>
#include <tuple>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"
#include "playbook/file_search.hpp"
#include "playbook/load_context.hpp"
#include "playbook/roles.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

using core::value;

const action_info* action_table::find(std::string_view name) const {
  auto exact = [this](std::string_view n) -> const action_info* {
    for (const auto& a : actions_)
      if (a.name == n) return &a;
    return nullptr;
  };
  if (auto* found = exact(name)) return found;
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) return exact(name.substr(prefix.size()));
  return nullptr;
}

std::vector<std::string_view> action_table::names() const {
  std::vector<std::string_view> out;
  for (const auto& a : actions_) out.push_back(a.name);
  return out;
}

bool loaded_playbook::runnable() const {
  return std::none_of(problems.begin(), problems.end(),
                      [](const core::diagnostic& d) { return d.severity == core::severity::error; });
}

namespace {

void read_hosts(load_context& ctx, const yaml_member& m, play& out) {
  const auto& v = m.node->val;
  if (v.is_none() || ((v.is_list() || v.is_string()) && !v.truthy()))
    return ctx.error("Hosts list cannot be empty. Please check your playbook", m.where);
  if (!v.is_list() && !v.is_string())
    return ctx.error("Hosts list must be a sequence or string. Please check your playbook.", m.where);
  for (const auto& h : v.as_list()) {
    if (h.is_none())
      return ctx.error("Hosts list cannot contain values of 'None'. Please check your playbook", m.where);
    if (!h.is_string())
      return ctx.error("Hosts list contains an invalid host value: '" + core::to_str(h) + "'", m.where);
  }
  out.hosts = ctx.make_field(m);
}

void check_vars_files(load_context& ctx, const yaml_member& m) {
  const auto& v = m.node->val;
  if (v.is_none() || v.is_string()) return;
  auto good = [](const core::value& entry) {
    if (entry.is_string()) return true;
    if (!entry.is_list()) return false;
    return std::all_of(entry.as_list().begin(), entry.as_list().end(),
                       [](const core::value& f) { return f.is_string(); });
  };
  if (!v.is_list() || !std::all_of(v.as_list().begin(), v.as_list().end(), good))
    ctx.error("Error while reading vars files - please supply a list of file names. Got '" + core::to_str(v) +
                  "' of type " + std::string(type_name(v)),
              m.where);
}

void read_vars_prompt(load_context& ctx, const yaml_member& m, play& out) {
  static constexpr std::string_view known[] = {"name",    "prompt",    "default", "private", "confirm",
                                               "encrypt", "salt_size", "salt",    "unsafe"};
  std::vector<yaml_ref> prompts = m.node->items;
  if (m.node->val.is_dict()) prompts.push_back(m.node);
  else if (!m.node->val.is_list() && !m.node->val.is_none())
    return ctx.error("Invalid vars_prompt data structure, expected a list of dictionaries", m.where);
  for (const auto& p : prompts) {
    if (!p->val.is_dict() || !p->find("name")) {
      ctx.error("Invalid vars_prompt data structure, missing 'name' key", p->where);
      continue;
    }
    for (const auto& entry : p->members)
      if (std::find(std::begin(known), std::end(known), core::to_str(entry.key)) == std::end(known))
        ctx.error("Invalid vars_prompt data structure, found unsupported key '" + core::to_str(entry.key) + "'", entry.where);
    out.prompts.push_back({p->val, ctx.at(p->where), true});
  }
}

void read_roles(load_context& ctx, const yaml_member& m, play& out) {
  const auto& n = *m.node;
  if (n.val.is_none()) return;
  if (!n.val.is_list()) return ctx.error("A malformed role declaration was encountered.", m.where, "a list of roles is expected here");
  for (const auto& entry : n.items) {
    auto use = read_role_entry(ctx, *entry);
    if (!use) continue;
    if (auto r = load_role(ctx.state(), *use)) out.roles.push_back(std::move(r));
  }
}

void read_play_keyword(load_context& ctx, const yaml_member& m, play& out) {
  auto name = m.key.is_string() ? m.key.as_string() : std::string_view();
  const auto* known = find_keyword(name, in_play);
  if (!known) return ctx.unknown(core::to_str(m.key), in_play, m.where);
  if (known->state == support::later) {
    const auto& v = m.node->val;
    if (v.truthy()) ctx.later(name, m.where);
    return;
  }
  if (ctx.read_common(m, out.shared, in_play)) return;
  if (auto where = play_field(name)) {
    if (name == "vars_files") check_vars_files(ctx, m);
    out.*where = ctx.make_field(m);
    return;
  }
  if (name == "name")
    out.name = name_of(m.node->val);
  else if (name == "hosts")
    read_hosts(ctx, m, out);
  else if (name == "user")
    out.shared.remote_user = ctx.make_field(m);
  else if (name == "strategy")
    out.strategy = ctx.make_field(m);
  else if (name == "vars_prompt")
    read_vars_prompt(ctx, m, out);
  else if (name == "roles")
    read_roles(ctx, m, out);
  else if (name == "tasks")
    out.tasks = load_items(ctx, m, false);
  else if (name == "pre_tasks")
    out.pre_tasks = load_items(ctx, m, false);
  else if (name == "post_tasks")
    out.post_tasks = load_items(ctx, m, false);
  else if (name == "handlers")
    for (auto& h : load_items(ctx, m, true)) out.handlers.push_back(std::move(h));
}

/// The name of a play-level statement that loads other plays; empty: it is a play.
const yaml_member* import_of(const yaml_node& n) {
  for (const auto* key :
       {"import_playbook", "ansible.builtin.import_playbook", "ansible.legacy.import_playbook", "include"})
    if (const auto* m = n.find(key)) return m;
  return nullptr;
}

/// Keywords in the order in which they are read: what names inside may refer to, then handlers, then what may import more.
int reading_order(const yaml_member& m) {
  auto name = m.key.is_string() ? m.key.as_string() : std::string_view();
  if (name == "vars" || name == "vars_files" || name == "collections") return 0;
  if (name == "handlers") return 2;
  static constexpr std::string_view sections[] = {"roles", "pre_tasks", "tasks", "post_tasks"};
  for (int i = 0; i < 4; ++i)
    if (sections[i] == name) return 3 + i;
  return 1;
}

void read_play(load_context& ctx, const yaml_node& node, playbook& book) {
  play out;
  out.where = ctx.at(node.where);
  out.directory = ctx.state().directory;
  ctx.state().current = &out;
  ctx.state().vars_files_read = false;
  ctx.state().file_vars = {};
  ctx.here = {};
  std::vector<const yaml_member*> members;
  for (const auto& m : node.members) members.push_back(&m);
  std::stable_sort(members.begin(), members.end(), [](const auto* a, const auto* b) { return reading_order(*a) < reading_order(*b); });
  for (const auto* m : members) read_play_keyword(ctx, *m, out);
  out.collections = out.shared.collections;
  ctx.state().current = nullptr;
  if (!node.find("hosts")) ctx.error("the field 'hosts' is required but was not set", node.where);
  if (node.find("user") && node.find("remote_user"))
    ctx.error("both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and "
              "should be removed",
              node.where);
  book.plays.push_back(std::move(out));
}

/// Every !vault in the file: one error each.
void refuse_vaults(const yaml_node& n, std::vector<core::diagnostic>& problems) {
  if (n.items.empty() && n.members.empty()) {
    if (const auto* vault = find_vault(n.val))
      problems.push_back(
          {core::severity::error, "'!vault' is not supported yet", vault->where(), {}, {}, "unsupported"});
    return;
  }
  for (const auto& item : n.items) refuse_vaults(*item, problems);
  for (const auto& m : n.members) refuse_vaults(*m.node, problems);
}

yaml_options yaml_options_of(const load_options& options) {
  yaml_options out;
  out.duplicate_keys = static_cast<yaml_options::duplicates>(options.duplicate_keys);
  return out;
}

void read_entry(load_context& ctx, const yaml_node& node, playbook& book);

void read_root(load_context& ctx, const yaml_node& root, const std::string& absolute, playbook& book) {
  if (root.val.is_none()) return ctx.error("Empty playbook, nothing to do: " + absolute, {1, 1});
  if (!root.val.is_list())
    return ctx.error("A playbook must be a list of plays, got a " + std::string(type_name(root.val)) + " instead: " + absolute,
                     root.where);
  if (root.items.empty()) return ctx.error("A playbook must contain at least one play", root.where);
  for (const auto& entry : root.items) read_entry(ctx, *entry, book);
}

/// What `import_playbook` says beside the file's name.
struct playbook_import {
  std::string file;
  common shared; ///< vars, tags, when
};

std::optional<playbook_import> read_import(load_context& ctx, const yaml_node& node, const yaml_member& m) {
  playbook_import out;
  auto fail = [&](std::string message) {
    ctx.error(std::move(message), m.where);
    return std::nullopt;
  };
  if (m.node->val.is_none()) return fail("playbook import parameter is missing");
  if (!m.node->val.is_string())
    return fail("playbook import parameter must be a string indicating a file path, got " + std::string(type_name(m.node->val)) +
                " instead");
  auto words = split_arguments(m.node->val.as_string());
  if (!words || words->empty()) return fail("import_playbook statements must specify the file name to import");
  for (const auto& other : node.members) {
    if (&other == &m || (other.key.is_string() && other.key.as_string() == "name")) continue;
    auto name = other.key.is_string() ? other.key.as_string() : std::string_view();
    if (name != "vars" && name != "tags" && name != "when" && name != "collections")
      ctx.error("'" + core::to_str(other.key) + "' is not a valid attribute for a PlaybookInclude", other.where);
    else
      ctx.read_common(other, out.shared, in_play);
  }
  if (words->size() > 1) {
    std::string rest;
    for (std::size_t i = 1; i < words->size(); ++i) rest += (i > 1 ? " " : "") + (*words)[i];
    if (auto more = parse_arguments(rest, false))
      for (const auto& e : *more) {
        if (e.key.as_string() == "tags")
          for (auto t : core::split(core::to_str(e.val), ',')) out.shared.tags.emplace_back(core::trim(t));
        else
          out.shared.vars.set_key(e.key, e.val);
      }
  }
  auto before = ctx.here;
  ctx.here.vars = out.shared.vars;
  auto name = render_early(ctx, value((*words)[0], core::trust::source), ctx.at(m.node->where), "import path");
  ctx.here = std::move(before);
  if (!name) return std::nullopt;
  out.file = std::string(core::trim(*name));
  return out;
}

/// namespace.collection.playbook in the collections' playbooks/ folders; empty: none.
std::string collection_playbook(const std::string& name, const load_options& options) {
  auto parts = core::split(name, '.');
  if (parts.size() < 3 || name.find('/') != name.npos) return {};
  std::error_code code;
  for (const auto& root : options.collections_paths)
    for (const auto* ending : {"", ".yml", ".yaml"}) {
      auto path = root + "/ansible_collections/" + std::string(parts[0]) + "/" + std::string(parts[1]) + "/playbooks/" +
                  std::string(parts[2]) + ending;
      if (std::filesystem::is_regular_file(path, code)) return path;
    }
  return {};
}

void import_playbook(load_context& ctx, const yaml_node& node, const yaml_member& m, playbook& book) {
  auto statement = read_import(ctx, node, m);
  if (!statement) return;
  auto& state = ctx.state();
  auto path = collection_playbook(statement->file, state.options);
  if (path.empty()) path = full_path(statement->file, state.directory);
  if (std::find(state.open.begin(), state.open.end(), path) != state.open.end())
    return ctx.error("the playbook " + path + " imports itself without end", m.where);
  auto doc = read_yaml_file(path, yaml_options_of(state.options));
  if (!doc) {
    if (doc.error().what().category != "missing") return state.problems.push_back(doc.error().what());
    return ctx.error("Unable to retrieve file contents\nCould not find or access '" + path + "' on the Ansible Controller.", m.where);
  }
  state.problems.insert(state.problems.end(), doc->warnings.begin(), doc->warnings.end());
  load_context inner(*doc, state);
  auto directory = state.directory;
  state.directory = std::filesystem::path(path).parent_path().string();
  state.open.push_back(path);
  auto first = book.plays.size();
  read_root(inner, *doc->root, path, book);
  state.open.pop_back();
  state.directory = std::move(directory);
  for (auto i = first; i < book.plays.size(); ++i) {
    auto& p = book.plays[i];
    p.shared.vars.update(statement->shared.vars);
    for (auto& t : statement->shared.tags)
      if (std::find(p.shared.tags.begin(), p.shared.tags.end(), t) == p.shared.tags.end()) p.shared.tags.push_back(t);
    p.shared.when.insert(p.shared.when.begin(), statement->shared.when.begin(), statement->shared.when.end());
  }
}

void read_entry(load_context& ctx, const yaml_node& node, playbook& book) {
  if (!node.val.is_dict())
    return ctx.error("playbook entries must be either valid plays or 'import_playbook' statements", node.where);
  if (const auto* m = import_of(node)) return import_playbook(ctx, node, *m, book);
  read_play(ctx, node, book);
}

core::expected<loaded_playbook> build(const std::string& path, const yaml_document& doc, const load_options& options) {
  loaded_playbook out;
  out.book.path = path;
  out.problems = doc.warnings;
  std::error_code code;
  auto absolute = std::filesystem::absolute(path, code).lexically_normal().string();
  loading state{options, out.problems, std::filesystem::path(absolute).parent_path().string()};
  state.open.push_back(absolute);
  load_context ctx(doc, state);
  refuse_vaults(*doc.root, out.problems);
  read_root(ctx, *doc.root, absolute, out.book);
  // In each file by place; files in the order in which they were read.
  std::vector<const core::source_file*> files;
  for (const auto& p : out.problems)
    if (std::find(files.begin(), files.end(), p.where.file.get()) == files.end()) files.push_back(p.where.file.get());
  auto rank = [&](const core::diagnostic& d) {
    return std::tuple(std::find(files.begin(), files.end(), d.where.file.get()) - files.begin(), d.where.line, d.where.column);
  };
  std::stable_sort(out.problems.begin(), out.problems.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  return out;
}

} // namespace

core::expected<loaded_playbook> load_playbook(const std::string& path, const load_options& options) {
  auto doc = read_yaml_file(path, yaml_options_of(options));
  if (!doc) {
    if (doc.error().what().category == "missing") {
      core::error e("the playbook: " + path + " could not be found");
      e.what().category = "missing";
      return e;
    }
    return doc.error();
  }
  return build(path, *doc, options);
}

core::expected<loaded_playbook> load_playbook_text(std::string path, std::string text,
                                                   const load_options& options) {
  auto doc = read_yaml_text(path, std::move(text), yaml_options_of(options));
  if (!doc) return doc.error();
  return build(path, *doc, options);
}

std::vector<core::diagnostic> check_playbook(const std::string& path, const load_options& options) {
  auto loaded = load_playbook(path, options);
  if (!loaded) return {loaded.error().what()};
  return std::move(loaded->problems);
}

namespace {

void visit_items(const std::vector<item>& items, block_chain& chain,
                 const std::function<void(const std::shared_ptr<const task>&, const block_chain&)>& visit) {
  for (const auto& i : items) {
    if (i.task) visit(i.task, chain);
    if (!i.block) continue;
    chain.push_back(i.block.get());
    for (const auto* part : {&i.block->body, &i.block->rescue, &i.block->always})
      visit_items(*part, chain, visit);
    chain.pop_back();
  }
}

} // namespace

void for_each_task(const std::vector<item>& items,
                   const std::function<void(const std::shared_ptr<const task>&, const block_chain&)>& visit) {
  block_chain chain;
  visit_items(items, chain, visit);
}

} // namespace mito::playbook

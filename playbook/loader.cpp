#include "playbook/loader.hpp"

#include <algorithm>
#include <filesystem>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/arguments.hpp"
#include "playbook/load_context.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

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

void read_strategy(load_context& ctx, const yaml_member& m, play& out) {
  auto name = m.node->val.as_string();
  if (name != "linear" && name != "ansible.builtin.linear" && name != "ansible.legacy.linear")
    return ctx.later("strategy: " + core::to_str(m.node->val), m.where);
  out.strategy = ctx.make_field(m);
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

void read_play_keyword(load_context& ctx, const yaml_member& m, play& out) {
  auto name = m.key.is_string() ? m.key.as_string() : std::string_view();
  const auto* known = find_keyword(name, in_play);
  if (!known) return ctx.unknown(core::to_str(m.key), in_play, m.where);
  if (known->state == support::later) {
    const auto& v = m.node->val;
    if (v.truthy() && !(name == "throttle" && v.is_int() && v.as_int() == 0)) ctx.later(name, m.where);
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
    read_strategy(ctx, m, out);
  else if (name == "tasks")
    out.tasks = load_items(ctx, m, false);
  else if (name == "pre_tasks")
    out.pre_tasks = load_items(ctx, m, false);
  else if (name == "post_tasks")
    out.post_tasks = load_items(ctx, m, false);
  else if (name == "handlers")
    out.handlers = load_items(ctx, m, true);
}

/// Play-level statements that load other files.
const yaml_member* import_of(const yaml_node& n) {
  for (const auto* key :
       {"import_playbook", "ansible.builtin.import_playbook", "ansible.legacy.import_playbook", "include"})
    if (const auto* m = n.find(key)) return m;
  return nullptr;
}

void read_play(load_context& ctx, const yaml_node& node, const std::string& directory, playbook& book) {
  if (!node.val.is_dict())
    return ctx.error("playbook entries must be either valid plays or 'import_playbook' statements",
                     node.where);
  if (const auto* m = import_of(node)) return ctx.later(m->key.as_string(), m->where);
  play out;
  out.where = ctx.at(node.where);
  out.directory = directory;
  for (const auto& m : node.members) read_play_keyword(ctx, m, out);
  if (!node.find("hosts")) ctx.error("the field 'hosts' is required but was not set", node.where);
  if (node.find("user") && node.find("remote_user"))
    ctx.error("both 'user' and 'remote_user' are set for this play. The use of 'user' is deprecated, and "
              "should be removed",
              node.where);
  book.plays.push_back(std::move(out));
}

yaml_options yaml_options_of(const load_options& options) {
  yaml_options out;
  out.duplicate_keys = static_cast<yaml_options::duplicates>(options.duplicate_keys);
  out.vault = options.vault;
  return out;
}

core::expected<loaded_playbook> build(const std::string& path, const yaml_document& doc,
                                      const load_options& options) {
  loaded_playbook out;
  out.book.path = path;
  out.problems = doc.warnings;
  load_context ctx(doc, options, out.problems);
  const auto& root = *doc.root;
  std::error_code code;
  auto absolute = std::filesystem::absolute(path, code).lexically_normal().string();
  auto directory = std::filesystem::path(absolute).parent_path().string();
  if (root.val.is_none()) {
    ctx.error("Empty playbook, nothing to do: " + absolute, {1, 1});
  } else if (!root.val.is_list()) {
    ctx.error("A playbook must be a list of plays, got a " + std::string(type_name(root.val)) +
                  " instead: " + absolute,
              root.where);
  } else if (root.items.empty()) {
    ctx.error("A playbook must contain at least one play", root.where);
  } else {
    for (const auto& play : root.items) read_play(ctx, *play, directory, out.book);
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const core::diagnostic& a, const core::diagnostic& b) {
                     return std::tie(a.where.line, a.where.column) < std::tie(b.where.line, b.where.column);
                   });
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

#pragma once
/// What the loader's parts share: the document, the options and the list of problems. Internal to playbook/.
#include <string>
#include <string_view>
#include <memory>
#include <optional>
#include <vector>

#include "playbook/keywords.hpp"
#include "playbook/loader.hpp"
#include "playbook/yaml/node.hpp"

namespace mito::playbook {

/// What reading one playbook, or one include of a running play, shares between its files.
struct loading {
  const load_options& options;
  std::vector<core::diagnostic>& problems;
  std::string directory;         ///< of the playbook file
  play* current = nullptr;       ///< the play that is being read
  bool vars_files_read = false;
  core::dict file_vars{};        ///< of the play's vars_files, read when an import's name needs them
  std::vector<std::string> open{}; ///< files and roles being read, outermost first: loops end here
};

/// Where the items being read will stand.
struct place {
  std::shared_ptr<const mito::playbook::role> role;
  std::string role_path, role_name; ///< also while `role` is still being made
  std::vector<std::string> folders; ///< of the imports around, as their names were written; outermost first
  core::dict vars;                  ///< of blocks and imports around: for names of imports
  std::vector<std::string> collections;
  bool dynamic = false;             ///< inside an include that the run performs
};

class load_context {
public:
  load_context(const yaml_document& doc, loading& state, place where = {}) : here(std::move(where)), doc_(doc), state_(state) {}

  /// The items below are read with this; whoever changes it puts it back.
  place here;

  const load_options& options() const { return state_.options; }
  loading& state() const { return state_; }
  core::location at(const yaml_mark& m) const { return doc_.at(m); }

  void error(std::string message, const yaml_mark& where, std::string hint = {},
             std::string category = "playbook");
  /// "'async' is not supported yet".
  void later(std::string_view name, const yaml_mark& where, std::string hint = {});
  /// Ansible's "'foo' is not a valid attribute for a Play", with the nearest keyword.
  void unknown(std::string_view name, level kind, const yaml_mark& where);
  /// "did you mean 'x'?" or nothing.
  static std::string suggestion(std::string_view wanted, const std::vector<std::string_view>& names);

  field make_field(const yaml_member& m);
  /// Syntax of every template below `n`; with `bare`, strings are expressions without braces.
  void check_templates(const yaml_node& n, bool bare = false);

  /// Keywords of plays, blocks and tasks that `common` holds. False: not one of them.
  bool read_common(const yaml_member& m, common& into, level kind);

private:
  void read_tags(const yaml_member& m, common& into);
  void read_vars(const yaml_member& m, common& into, level kind);
  void read_when(const yaml_member& m, common& into);
  void read_environment(const yaml_member& m, common& into);
  void read_collections(const yaml_member& m, common& into);
  void read_module_defaults(const yaml_member& m, common& into);

  const yaml_document& doc_;
  loading& state_;
};

/// "Play", "Block", "Task", "Handler" or "LoopControl", as messages have it.
std::string_view level_name(level kind);
/// A `name:` that is no string becomes Python's str() of it.
std::string name_of(const core::value& v);

/// A list of tasks and blocks (`handlers`: of a play's handlers).
std::vector<item> load_items(load_context& ctx, const yaml_member& list, bool handlers);
/// One task; null when it is too broken to keep (the problem is recorded).
std::shared_ptr<const task> load_task(load_context& ctx, const yaml_ref& node, level kind);

/// The items of a document whose root is a list of tasks.
std::vector<item> load_task_list(load_context& ctx, const yaml_node& list, bool handlers);

/// import_tasks, import_role and what else is read in place of the statement. Nullopt: `node` is no such statement.
/// What is wrong with it is recorded, and nothing comes of it.
std::optional<std::vector<item>> load_import(load_context& ctx, const yaml_ref& node, bool handlers);
/// Checks options and keywords of include_tasks and include_role.
void check_include(load_context& ctx, const yaml_node& node, const task& t);
/// A text with the variables that are known before any host; nullopt: the problem is recorded.
std::optional<std::string> render_early(load_context& ctx, const core::value& text, const core::location& where,
                                        std::string_view what);

/// The action of a task and its arguments.
struct task_action {
  const action_info* info = nullptr;
  std::string as_written;
  core::value args;   ///< dict
  bool local = false; ///< local_action: delegate_to localhost
  yaml_mark where;
};
/// False when there is none that can be run; the problem is recorded.
bool find_action(load_context& ctx, const yaml_node& node, level kind, task_action& out);

} // namespace mito::playbook

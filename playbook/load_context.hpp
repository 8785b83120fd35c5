#pragma once
/// What the loader's parts share: the document, the options and the list of problems. Internal to playbook/.
#include <string>
#include <string_view>
#include <vector>

#include "playbook/keywords.hpp"
#include "playbook/loader.hpp"
#include "playbook/yaml/node.hpp"

namespace mito::playbook {

class load_context {
public:
  load_context(const yaml_document& doc, const load_options& options, std::vector<core::diagnostic>& problems)
      : doc_(doc), options_(options), problems_(problems) {}

  const load_options& options() const { return options_; }
  /// The `collections:` in force, with ansible.legacy at their end unless they say otherwise.
  const std::vector<std::string>& collections() const { return collections_; }
  /// Takes the keyword of a play, block or task, if it has one, until the object dies.
  class collections_scope {
  public:
    collections_scope(load_context& ctx, const yaml_node& node);
    ~collections_scope() { ctx_.collections_ = std::move(saved_); }
    collections_scope(const collections_scope&) = delete;
    collections_scope& operator=(const collections_scope&) = delete;

  private:
    load_context& ctx_;
    std::vector<std::string> saved_;
  };
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
  void read_collections(const yaml_member& m);

  const yaml_document& doc_;
  const load_options& options_;
  std::vector<core::diagnostic>& problems_;
  std::vector<std::string> collections_;
};

/// "Play", "Block", "Task", "Handler" or "LoopControl", as messages have it.
std::string_view level_name(level kind);
/// A `name:` that is no string becomes Python's str() of it.
std::string name_of(const core::value& v);

/// A list of tasks and blocks (`handlers`: of a play's handlers).
std::vector<item> load_items(load_context& ctx, const yaml_member& list, bool handlers);
/// One task; null when it is too broken to keep (the problem is recorded).
std::shared_ptr<const task> load_task(load_context& ctx, const yaml_ref& node, level kind);

/// The action of a task and its arguments.
struct task_action {
  const action_info* info = nullptr; ///< null for an installed module
  std::string name;                 ///< task::action
  std::string as_written;
  core::value args;   ///< dict
  bool local = false; ///< local_action: delegate_to localhost
  yaml_mark where;
};
/// False when there is none that can be run; the problem is recorded.
bool find_action(load_context& ctx, const yaml_node& node, level kind, task_action& out);

} // namespace mito::playbook

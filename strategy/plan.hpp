#pragma once
/// A play made ready to run: keywords inherited, tags filtered, tasks numbered in their order of writing.
#include <memory>
#include <string>
#include <vector>

#include "engine/task_spec.hpp"
#include "playbook/loader.hpp"
#include "playbook/model.hpp"
#include "playbook/role_layers.hpp"

namespace mito::strategy {

/// What stands around a task: blocks, imports, includes and roles, flattened as they were read.
struct surroundings {
  std::vector<const playbook::common*> levels; ///< that hand keywords down, outermost first; the play's is the first
  core::dict vars;           ///< of blocks, imports and includes; the task's own go over them
  core::dict include_params; ///< of dynamic includes: these win over facts and registered results, too
  std::vector<std::shared_ptr<const playbook::role>> roles; ///< outermost first
  /// What the innermost role adds to variables; null outside roles.
  std::shared_ptr<const playbook::role_layers> role_variables;
  std::vector<std::string> folders;         ///< of imports and includes, outermost first: names are looked for there
  playbook::field delegate_to, delegate_facts, notify; ///< of the innermost block that has them
  std::vector<std::shared_ptr<const void>> kept;       ///< owners of `levels`

  std::shared_ptr<const playbook::role> role() const { return roles.empty() ? nullptr : roles.back(); }
};

/// A task's place in a play, compared part by part. Static tasks have one number; what an include brings continues the
/// include's own with the number of the inclusion and the place in it.
using place_in_play = std::vector<std::uint32_t>;

struct planned_task {
  std::shared_ptr<const engine::task_spec> spec;
  std::shared_ptr<const playbook::task> source; ///< null for what we add ourselves
  std::shared_ptr<const surroundings> around;
  /// Dicts for the variable store: the task's and its blocks' vars, `around->include_params`, and `environment` with
  /// ansible_search_path.
  core::value vars, include_params, magic;
  /// The linear strategy runs the lowest that any host has next.
  place_in_play order;
};

struct plan_block;

struct plan_item {
  std::shared_ptr<const planned_task> task; ///< exactly one of the two
  std::shared_ptr<const plan_block> block;
};

struct plan_block {
  std::vector<plan_item> body, rescue, always;
};

struct plan {
  std::shared_ptr<const plan_block> root;
  /// In the order in which they run. Grows while the play runs: include_role brings the role's.
  std::vector<std::shared_ptr<const planned_task>> handlers;
  /// Numbers of handlers as they were met, those of a role that is used twice twice: of equal names the last one counts.
  std::vector<std::size_t> met;
  /// Adds those that are new.
  void add_handlers(std::vector<std::shared_ptr<const planned_task>> more);
  std::string name;
  bool force_handlers = false;
  double max_fail_percentage = -1; ///< negative: not set
};

struct plan_options {
  std::vector<std::string> tags{"all"};
  std::vector<std::string> skip_tags;
  bool gather_by_default = true; ///< gathering = implicit
  std::string start_at_task;
};

/// `gather_facts` and the other play fields that decide the plan must be final (templated) in `gather`. The play must
/// outlive the plan.
plan make_plan(const playbook::play& play, bool gather, const plan_options& options);

/// One inclusion while the play runs.
struct inclusion {
  const planned_task* include = nullptr; ///< the include task
  core::dict special_vars;               ///< the loop's variables of that round
  std::string folder;                    ///< of the file's name as given, or the role's
  std::uint32_t number = 0;              ///< higher for each inclusion of a play
};
/// The items' tasks in the include's place. Empty when tags select none of them.
plan_block plan_included(const playbook::play& play, const std::vector<playbook::item>& items, const inclusion& what,
                         const plan_options& options);
/// The same for handlers: a flat list.
std::vector<std::shared_ptr<const planned_task>> plan_included_handlers(const playbook::play& play,
                                                                        const std::vector<playbook::item>& items,
                                                                        const inclusion& what, std::uint32_t first_number,
                                                                        const plan_options& options);

/// Ansible's rule for --tags and --skip-tags, with always, never, all, tagged and untagged.
bool selected(const std::vector<std::string>& tags, const plan_options& options);

} // namespace mito::strategy

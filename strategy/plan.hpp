#pragma once
/// A play made ready to run: keywords inherited, tags filtered, tasks numbered in their order of writing.
#include <memory>
#include <string>
#include <vector>

#include "engine/task_spec.hpp"
#include "playbook/model.hpp"

namespace mito::strategy {

struct planned_task {
  std::shared_ptr<const engine::task_spec> spec;
  std::shared_ptr<const playbook::task> source; ///< null for what we add ourselves
  std::vector<const playbook::block*> blocks;   ///< around it, outermost first; owned by the play
  /// Place in the play, from 1: the linear strategy runs the lowest that any host has next.
  std::uint32_t ordinal = 0;
};

struct plan_block;

struct plan_item {
  std::unique_ptr<planned_task> task; ///< exactly one of the two
  std::unique_ptr<plan_block> block;
};

struct plan_block {
  std::vector<plan_item> body, rescue, always;
};

struct plan {
  plan_block root;
  std::vector<planned_task> handlers;
  std::string name;
  bool force_handlers = false;
  double max_fail_percentage = -1; ///< negative: not set
  std::size_t task_count = 0;
};

struct plan_options {
  std::vector<std::string> tags{"all"};
  std::vector<std::string> skip_tags;
  bool gather_by_default = true; ///< gathering = implicit
  std::string start_at_task;
};

/// `gather_facts` and the other play fields that decide the plan must be final (templated) in `gather`.
plan make_plan(const playbook::play& play, bool gather, const plan_options& options);

/// Ansible's rule for --tags and --skip-tags, with always, never, all, tagged and untagged.
bool selected(const std::vector<std::string>& tags, const plan_options& options);

} // namespace mito::strategy

#pragma once
/// The items of a task's loop, and the variables of one iteration.
#include <optional>

#include "engine/task_spec.hpp"
#include "templating/templar.hpp"

namespace mito::engine {

struct loop_settings {
  std::string loop_var = "item";
  std::string index_var;
  std::string label; ///< template; empty: the item
  double pause = 0;  ///< seconds
  bool extended = false;
  bool extended_allitems = true;
};

/// nullopt: the task has no loop.
core::expected<std::optional<core::list>> loop_items(const task_spec& spec, const templating::scope& vars,
                                                     const templating::templar& templar);
core::expected<loop_settings> read_loop_control(const task_spec& spec, const templating::scope& vars,
                                                const templating::templar& templar);
/// loop_var, index_var, ansible_loop, …
core::dict iteration_vars(const loop_settings& settings, const core::list& items, std::size_t at);

} // namespace mito::engine

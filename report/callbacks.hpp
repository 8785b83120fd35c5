#pragma once
/// The table of callbacks: which of Ansible's there are, and what stands for one that there is not.
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "report/display.hpp"
#include "report/event.hpp"
#include "report/junit_output.hpp"
#include "report/timing_output.hpp"

namespace mito::report {

/// What single callbacks are set to.
struct callback_settings {
  profile_options profile;
  junit_options junit;
  std::string tree_folder;
};

struct callback {
  std::string_view name;       ///< with its collection
  std::string_view short_name;
  bool to_stdout;              ///< stdout_callback; else callbacks_enabled
  /// Null: known and not supported.
  std::shared_ptr<sink> (*make)(const std::shared_ptr<display>& out, const callback_settings& s);
  /// What to use in its place; empty: nothing.
  std::string_view instead = {};
  /// Shows what modules were called with (`invocation`), also without -vvv.
  bool shows_invocation = false;

  bool builtin() const { return name.starts_with("ansible.builtin."); }
};

std::span<const callback> all_callbacks();
/// By either name; `ansible.legacy.` counts as `ansible.builtin.`. Null: unknown.
const callback* find_callback(std::string_view name);
/// "default, json, …": those that can be chosen.
std::string supported_callbacks(bool to_stdout);

} // namespace mito::report

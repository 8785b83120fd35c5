#pragma once
/// Results as text: what is hidden, what is kept, JSON as Ansible dumps it.
#include <string>

#include "core/value.hpp"
#include "report/event.hpp"
#include "report/options.hpp"

namespace mito::report {

/// What outputs may see: internal keys removed, no_log censored, `failed` and `skipped` (the event says so) removed.
core::value visible(const core::value& result, const task_info& task);
/// Python json.dumps(sort_keys=True) of a visible result, indented where Ansible does, without what -v hides.
std::string dump_result(const core::value& visible, const output_options& options);
/// The same with an indentation of its own where none of Ansible's reasons for 4 holds; 0: lines without one.
std::string dump_result(const core::value& visible, const output_options& options, int indent);
/// debug shows its message or variable alone.
core::value only_what_debug_shows(const core::value& visible, const task_info& task);
/// The text behind "(item=…)".
std::string item_label(const core::value& visible);
/// True when the result follows the verdict on the line.
bool is_verbose(const core::value& visible, int verbosity, int above = 0);
/// Unified differences of a result's `diff`, coloured; empty when there are none.
std::string diff_text(const core::value& diff, bool color);

} // namespace mito::report

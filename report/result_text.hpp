#pragma once
/// Results as text: what is hidden, what is kept, JSON and YAML as Ansible's callbacks dump them.
#include <optional>
#include <string>

#include "core/value.hpp"
#include "report/event.hpp"
#include "report/options.hpp"

namespace mito::report {

/// What outputs may see: internal keys removed, no_log censored, `failed` and `skipped` (the event says so) removed.
core::value visible(const core::value& result, const task_info& task);
/// debug shows its message or variable alone.
core::value only_what_debug_shows(const core::value& visible, const task_info& task);
/// What a dump starts from: no internal keys, no exception, and without -vvv no invocation and no diff.
core::dict abridged(const core::value& visible, int verbosity);
/// The text behind "(item=…)".
std::string item_label(const core::value& visible);
/// True when the result follows the verdict on the line.
bool is_verbose(const core::value& visible, int verbosity, int above = 0);

/// One way of writing results, and the sides of a difference that are no texts.
struct dump_style {
  /// `indent`: what Ansible's caller asks for; the style and the options decide.
  std::string (*result)(const core::value& visible, const output_options& options, std::optional<int> indent);
  std::string (*side)(const core::value& side, const output_options& options);
};
/// The default callback's: JSON or YAML (result_format), pretty_results.
extern const dump_style standard_dump;
/// community.general.yaml's.
extern const dump_style community_yaml_dump;
/// ansible.posix.debug's: the texts of a result below its JSON.
extern const dump_style posix_debug_dump;

/// json.dumps(sort_keys=True, ensure_ascii=`ascii`) with Python's order of keys, and Ansible's where they do not compare.
std::string sorted_json(const core::dict& d, int indent, bool ascii = false);
/// Unified differences of a result's `diff`, coloured; empty when there are none.
std::string diff_text(const core::value& diff, const output_options& options, const dump_style& style);

} // namespace mito::report

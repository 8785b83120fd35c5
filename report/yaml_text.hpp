#pragma once
/// Values as YAML in block style, as PyYAML's safe dumper over libyaml writes them.
#include <string>
#include <string_view>

#include "core/value.hpp"

namespace mito::report {

struct yaml_format {
  int indent = 0; ///< 0: libyaml's default
  int width = 0;  ///< 0: libyaml's default
  /// Whether a text is to be written in literal style; null: never.
  bool (*block)(std::string_view text) = nullptr;
  /// What becomes of such a text, so that libyaml can write it that way; null: nothing.
  std::string (*readable)(std::string_view text) = nullptr;
};

/// With its newline at the end. Keys are sorted in each dict whose keys compare.
std::string to_yaml(const core::value& v, const yaml_format& format);
/// `text` with `prefix` before each line that is not blank (Python's textwrap.indent).
std::string indent_lines(std::string_view text, std::string_view prefix);

// How the two YAML callbacks treat texts of several lines.
/// The default callback: one of the breaks of YAML is in it.
bool has_yaml_break(std::string_view text);
/// The default callback with pretty_results: no blanks before breaks, no tabs, nothing that libyaml would escape.
std::string lossy_text(std::string_view text);
/// community.general.yaml: one of more kinds of breaks.
bool has_any_break(std::string_view text);
std::string community_text(std::string_view text);

} // namespace mito::report

#pragma once
/// YAML 1.1 as PyYAML's safe loader and dumper have it, for from_yaml and to_yaml.
#include "templating/machine.hpp"

namespace mito::templating {

/// All documents, or an error where there are several and `single` is asked for. Category "yaml", or that of the
/// Python exception that a value of the wrong form raises; the text names line and column.
core::expected<core::list> load_yaml(std::string_view text, bool single = false);

struct yaml_style {
  int indent = 2;
  int width = 80;
  bool sort_keys = true;
  bool unicode = true;
  bool explicit_start = false, explicit_end = false;
  char default_style = 0; ///< of scalars: one of |>"' or 0
  bool canonical = false;
  std::string_view line_break = "\n";
  /// %YAML directive; 0.0: none.
  int major = 0, minor = 0;
  /// Block style, flow style, or (neither) flow for what holds scalars only.
  std::optional<bool> flow;
};

/// Empty on success, else why not ("cannot represent an object").
std::string dump_yaml(machine& m, std::string& out, const core::value& v, const yaml_style& style);

} // namespace mito::templating

#pragma once
/// YAML 1.1 as PyYAML's safe loader and dumper have it, for from_yaml and to_yaml.
#include "templating/machine.hpp"

namespace mito::templating {

/// What a plain scalar means: null, bool, int, float, date, datetime, or the text itself.
core::value resolve_plain(std::string_view s);

/// All documents. Category "yaml"; the text names line and column.
core::expected<core::list> load_yaml(std::string_view text);

struct yaml_style {
  int indent = 2;
  int width = 80;
  bool sort_keys = true;
  bool unicode = true;
  bool explicit_start = false, explicit_end = false;
  /// Block style, flow style, or (neither) flow for what holds scalars only.
  std::optional<bool> flow;
};

/// Empty on success, else why not ("cannot represent an object").
std::string dump_yaml(machine& m, std::string& out, const core::value& v, const yaml_style& style);

} // namespace mito::templating

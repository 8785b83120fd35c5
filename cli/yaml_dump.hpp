#pragma once
/// YAML as PyYAML's dumper writes it.
#include <string>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::cli {

/// yaml.dump(v, default_flow_style=False, allow_unicode=True) with Ansible's dumper: block style, sorted keys, and an anchor
/// for every list, mapping or date that occurs more than once (values that share a node count as one).
core::expected<std::string> dump_yaml(const core::value& v);

} // namespace mito::cli

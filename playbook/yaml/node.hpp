#pragma once
/// A YAML document as Ansible sees it: values with PyYAML's types, each with its place.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagnostic.hpp"
#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

struct yaml_node;
/// Aliases share their node, so a document with aliases is a graph without loops.
using yaml_ref = std::shared_ptr<const yaml_node>;

/// Line and column count from 1; columns count code points.
struct yaml_mark {
  std::uint32_t line = 0, column = 0;
};

struct yaml_member {
  core::value key;
  yaml_mark where; ///< of the key
  yaml_ref node;
};

struct yaml_node {
  core::value val; ///< the whole subtree; strings are trust::source, those under !unsafe are data
  yaml_mark where;
  std::vector<yaml_ref> items;      ///< of a sequence
  std::vector<yaml_member> members; ///< of a mapping, duplicates and merges resolved
  /// A mapping's member by string key; null when there is none.
  const yaml_member* find(std::string_view key) const;
};

struct yaml_document {
  std::shared_ptr<const core::source_file> file;
  yaml_ref root; ///< never null; an empty document is a none value
  std::vector<core::diagnostic> warnings;
  core::location at(const yaml_mark& m) const { return {file, m.line, m.column}; }
  core::location at(const yaml_node& n) const { return at(n.where); }
};

} // namespace mito::playbook

#pragma once
/// Between yaml-cpp's events and values: nodes with tags, not yet typed. Internal to playbook/yaml.
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/expected.hpp"
#include "playbook/yaml/node.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook::raw {

enum class shape : std::uint8_t { scalar, sequence, mapping };

struct node {
  raw::shape shape = shape::scalar;
  std::string tag; ///< resolved; empty: by the text of a plain scalar, or the shape's default
  bool plain = false;
  bool flattened = false; ///< merge keys are done
  bool open = false;      ///< still being read: an alias to it would be a loop
  std::string text;
  yaml_mark where;
  std::optional<std::size_t> offset; ///< of a scalar in the text
  std::vector<node*> items;
  std::vector<std::pair<node*, node*>> pairs;
  yaml_ref built; ///< set once constructed; aliases share it
  std::size_t expanded = 1;
};

/// Owns the nodes of one document.
struct tree {
  std::deque<node> nodes;
  node* root = nullptr;
};

/// Where the lines of a text begin; turns byte offsets into marks.
class line_map {
public:
  explicit line_map(std::string_view text);
  yaml_mark mark(std::size_t offset) const;
  std::string_view line_before(std::size_t offset) const;
  std::size_t line_start(std::size_t offset) const;

private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

/// What yaml-cpp lets through and libyaml does not, as far as the text alone tells.
core::expected<void> check_characters(std::string_view text, const core::location& at);
core::expected<void> check_directives(std::string_view text,
                                      const std::shared_ptr<const core::source_file>& file);

/// The text with block scalars that yaml-cpp would lose moved to the right; lines keep their numbers.
std::string widen_block_scalars(std::string_view text);

/// Runs yaml-cpp over `text` (a file's text without its byte order mark).
core::expected<tree> compose(std::string_view text, const std::shared_ptr<const core::source_file>& file,
                             const yaml_options& options);

/// Types and merges; warnings about duplicate keys are appended.
core::expected<yaml_ref> construct(tree& from, const std::shared_ptr<const core::source_file>& file,
                                   const yaml_options& options, std::vector<core::diagnostic>& warnings);

core::error yaml_error(std::string problem, const std::shared_ptr<const core::source_file>& file,
                       yaml_mark where, std::string hint = {});

} // namespace mito::playbook::raw

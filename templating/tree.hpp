#pragma once
/// A parsed template: immutable, shared by all threads that evaluate it.
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "core/value.hpp"

namespace mito::templating {

struct function_def;

enum class op : std::uint8_t {
  // expressions
  constant,
  name,
  list,
  tuple,
  dict,
  conditional,
  logical_or,
  logical_and,
  logical_not,
  compare,
  add,
  subtract,
  multiply,
  divide,
  floor_divide,
  modulo,
  power,
  negative,
  positive,
  concat,
  getattr,
  getitem,
  slice,
  filter,
  test,
  call,
  // targets of assignments
  namespace_ref,
  // statements
  body,
  data,
  print,
  loop,
  branch,
  set,
  set_block,
  macro,
  call_block,
  filter_block,
  with,
  include,
  import,
  from_import,
  extends,
  block,
  run,
  autoescape,
  break_loop,
  continue_loop,
};

/// Comparison operators, in `node::flag` of the operands of op::compare.
enum class comparison : std::uint8_t { eq, ne, lt, le, gt, ge, in, not_in };

struct node;

struct named_node {
  core::value name;
  const node* value;
};

/// One node; which fields mean what depends on `type` and is told beside the parser function that makes it.
struct node {
  op type;
  std::uint8_t flag = 0;
  std::uint16_t depth = 1;
  std::uint32_t line = 0, column = 0;
  core::value val;
  const node *a = nullptr, *b = nullptr, *c = nullptr, *d = nullptr;
  std::vector<const node*> items;
  std::vector<named_node> named;
  const function_def* function = nullptr; ///< of filters and tests
  /// What evaluates to the same for ever: made of constants only.
  bool fixed = false;
};

/// Flags of nodes.
enum : std::uint8_t {
  flag_positive = 1,       ///< test: 0 is "is not"
  flag_recursive = 1,      ///< loop
  flag_uses_loop = 2,      ///< loop: the body names `loop`
  flag_ignore_missing = 1, ///< include
  flag_with_context = 2,   ///< include, import, from_import
  flag_scoped = 1,         ///< block
  flag_required = 2,       ///< block
  flag_caller = 1,         ///< macro: uses `caller`
  flag_kwargs = 2,         ///< macro: uses `kwargs`
  flag_varargs = 4,        ///< macro: uses `varargs`
  flag_not_found = 1,      ///< filter, test: unknown, which is an error only when evaluated
};

/// A template's tree and everything that it refers to.
struct code {
  std::deque<node> nodes;
  const node* root = nullptr;
  std::string name;                ///< of the file, empty for strings
  std::string source;              ///< as compiled (after escaping), for messages
  std::vector<const node*> blocks; ///< all op::block nodes
  /// Set for a template that is nothing but {{ name }}.
  bool single_name = false;
  std::size_t trailing_newlines = 0; ///< of the source
  std::string newline_sequence = "\n";
};

using code_ptr = std::shared_ptr<const code>;

} // namespace mito::templating

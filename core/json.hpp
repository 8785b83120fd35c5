#pragma once
/// JSON in and out. Two readers stand behind one header: Boost.JSON on the controller (core/json_boost.cpp)
/// and a small one in the agent (core/json_small.cpp); one set of golden tests holds both. The writer is one.
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::core {

struct json_limits {
  std::uint32_t depth = 64;
  std::size_t bytes = 64u << 20;
  /// How the strings that come out are marked.
  core::trust trust = core::trust::data;
};

/// One JSON document; trailing white space only. NaN and Infinity are read as Python's json does. Lone surrogates from
/// \udc80 to \udcff are bytes that are no UTF-8 (Python's surrogateescape, PEP 383) and become these; others become
/// U+FFFD. Errors carry the offset in the message.
expected<value> parse_json(std::string_view text, const json_limits& limits = {});

struct json_style {
  /// Separators as json.dumps() writes them by default (", " and ": "); false: none of the blanks.
  bool spaced = false;
  /// Indentation in columns as json.dumps(indent=N); negative: one line.
  int indent = -1;
  bool sort_keys = false;
  /// Non-ASCII as \uXXXX, bytes that are no UTF-8 as \udcXX.
  bool ascii = false;
  /// Such bytes as \udcXX without `ascii`, too: what is read again loses none.
  bool keep_bytes = false;
};

/// Appends `v`. Kinds that JSON lacks are written as Ansible's encoder does: dates in ISO form, tuples as
/// lists, invalid UTF-8 with replacement characters unless the style says else, keys that are no strings as Python's json
/// writes them.
void write_json(std::string& out, const value& v, const json_style& style = {});
std::string to_json(const value& v, const json_style& style = {});

} // namespace mito::core

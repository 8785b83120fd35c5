#pragma once
/// Python source cut into what the scanner and the stripper need: names, strings, comments, ends of logical lines.
#include <cstdint>
#include <string_view>
#include <vector>

namespace mito::pymodules {

struct token {
  enum class kind : std::uint8_t { name, string, comment, op, newline } what;
  std::uint32_t begin, end; ///< in the source
  std::uint32_t column;     ///< of the line's first token: how far the logical line is indented
};

/// Never fails: what is no Python gives tokens all the same, and the target's Python will say what is wrong.
std::vector<token> tokenize(std::string_view source);

} // namespace mito::pymodules

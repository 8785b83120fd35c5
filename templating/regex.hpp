#pragma once
/// Regular expressions in Python's syntax, over whatever engine stands behind: PCRE2 on the controller.
#include <memory>
#include <optional>

#include "core/expected.hpp"

namespace mito::templating {

enum class regex_mode : std::uint8_t { search, match, full };

struct regex_options {
  bool ignore_case = false;
  bool multiline = false;
  bool dot_all = false;
};

/// Byte offsets of a match; group 0 is all of it. `npos` where a group took no part.
struct regex_match {
  std::vector<std::pair<std::size_t, std::size_t>> groups;
  bool empty() const { return groups.empty(); }
};

class regex {
public:
  /// An empty match means none. Errors: too much backtracking.
  core::expected<regex_match> match(std::string_view s, std::size_t from, regex_mode mode) const;
  unsigned groups() const;
  /// Number of a named group; nullopt when there is none.
  std::optional<unsigned> group(std::string_view name) const;

  struct impl;
  explicit regex(std::shared_ptr<impl> i) : impl_(std::move(i)) {}

private:
  std::shared_ptr<impl> impl_;
};

/// Category "regex", Python's text where it has one ("missing ), unterminated subpattern at position 0").
core::expected<regex> compile_regex(std::string_view pattern, const regex_options& opt);

/// re.sub(): `replacement` with \1, \g<1> and \g<name>. `count` 0: all.
core::expected<std::string> regex_substitute(const regex& re, std::string_view s,
                                             std::string_view replacement, std::int64_t count = 0);
/// re.escape().
std::string regex_escape(std::string_view s);

} // namespace mito::templating

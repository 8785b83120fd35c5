#pragma once
/// Names against globs and regular expressions.
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "templating/regex.hpp"

namespace mito::playbook {

/// `~expression` matches from a name's start (Python's re.match); anything else is a glob over the whole
/// name.
class name_matcher {
public:
  static core::expected<name_matcher> compile(std::string_view pattern);
  /// No glob marks and no expression: equality would do.
  bool plain() const { return plain_; }
  bool matches(std::string_view name) const;

private:
  std::string pattern_;
  bool plain_ = false;
  std::optional<templating::regex> expression_;
};

/// Python's fnmatch: `*`, `?`, `[a-z]`, `[!a-z]`, by code points, case matters.
bool glob_matches(std::string_view pattern, std::string_view name);

} // namespace mito::playbook

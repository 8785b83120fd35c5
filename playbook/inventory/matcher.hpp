#pragma once
/// Names against globs and regular expressions. The only user of PCRE2 in this folder.
#include <memory>
#include <string>
#include <string_view>

#include "core/expected.hpp"

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
  std::shared_ptr<void> code_; ///< pcre2_code of an expression
};

/// Python's fnmatch: `*`, `?`, `[a-z]`, `[!a-z]`, case matters.
bool glob_matches(std::string_view pattern, std::string_view name);

} // namespace mito::playbook

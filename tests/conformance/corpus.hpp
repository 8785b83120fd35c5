#pragma once
/// A corpus of recorded template cases, one JSON object a line, and the comparison of results with what was
/// recorded.
#include <map>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::conformance {

/// JSON with the forms for values that JSON lacks ({"!tuple": …}, {"!unsafe": …}). Plain strings are
/// `source`.
core::value decoded(const core::value& json);
/// Equal with types: 1 is not 1.0 and not True; text marks are ignored.
bool same(const core::value& got, const core::value& expected);
std::string shown(const core::value& v);

/// Counts by category and remembers what failed.
class tally {
public:
  explicit tally(bool verbose) : verbose_(verbose) {}
  void add(const std::string& category, const core::value& id, bool passed, const std::string& details);
  /// Prints the table; returns the number of failures.
  int finish() const;

private:
  struct counts {
    int passed = 0, total = 0;
  };
  bool verbose_;
  std::map<std::string, counts> categories_;
};

} // namespace mito::conformance

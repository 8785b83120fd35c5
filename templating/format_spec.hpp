#pragma once
/// What both of Python's ways of formatting share: padding, signs, digits.
#include <string>
#include <string_view>

#include "templating/semantics.hpp"

namespace mito::templating {

struct format_spec {
  std::string fill = " ";
  char align = 0, sign = 0, grouping = 0;
  std::uint32_t type = 0;
  bool alternate = false, zero = false, no_negative_zero = false;
  std::int64_t width = -1, precision = -1;
};

/// Reads decimal digits at `at`; false when there are none. Past a hundred million they count no more.
bool read_digits(std::string_view s, std::size_t& at, std::int64_t& out);
/// "-", "+", " " or nothing.
std::string_view sign_text(bool negative, char wanted);
/// Digits of |d| in the style of `type` (0: repr), without a sign.
std::string real_digits(double d, char type, std::int64_t precision, bool alternate);
/// `body` with its sign, filled up to the width; `otherwise` is the alignment when none was asked for.
void append_padded(machine& m, std::string& out, const format_spec& s, std::string_view sign,
                   std::string_view body, char otherwise);
/// The first `n` code points.
std::string_view first_code_points(std::string_view s, std::int64_t n);
/// ascii(): repr() with everything else escaped.
std::string ascii_repr(machine& m, const core::value& v);

} // namespace mito::templating

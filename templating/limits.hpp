#pragma once
/// Bounds that keep any template, well-meant or hostile, within memory and stack.
#include <cstddef>
#include <cstdint>

namespace mito::templating::limits {

/// Brackets, unary operators and blocks nested in a template's text.
inline constexpr unsigned parse_depth = 150;
/// Depth of the finished tree: long chains of operators and filters lean to the left.
inline constexpr unsigned tree_depth = 1200;
/// Nested calls: macros, recursive loops, includes, variables that refer to variables.
inline constexpr unsigned call_depth = 100;
/// Depth of a value that is walked (str, comparison, finalizing, JSON, YAML).
inline constexpr unsigned value_depth = 500;
/// Characters that one evaluation may produce, and the longest single string.
inline constexpr std::size_t output = 64u << 20;
/// Items of one list that an operation makes; Jinja's sandbox has 100,000 for ranges alone.
inline constexpr std::size_t items = 10'000'000;
/// What range() may span, as Jinja's sandbox.
inline constexpr std::int64_t sandbox_range = 100'000;
/// Loop rounds and calls of one evaluation, all loops together.
inline constexpr std::uint64_t steps = 50'000'000;
/// Length of a template's text.
inline constexpr std::size_t source = 64u << 20;

} // namespace mito::templating::limits

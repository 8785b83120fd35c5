#pragma once
/// Case and classes of code points, for the alphabets that have case; small enough for the agent.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::templating {

std::uint32_t to_upper(std::uint32_t c);
std::uint32_t to_lower(std::uint32_t c);
bool is_alpha(std::uint32_t c);
bool is_digit(std::uint32_t c);
/// Python's str.isspace() of one code point.
bool is_space(std::uint32_t c);
/// Whole strings; invalid bytes stay as they are.
std::string upper(std::string_view s);
std::string lower(std::string_view s);
/// First code point upper (title case), the rest lower.
std::string capitalized(std::string_view s);

} // namespace mito::templating

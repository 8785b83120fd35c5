#pragma once
/// Small text helpers that also work in the agent (no locale, no iostreams, no libstdc++.a).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mito::core {

/// Appends the decimal digits of `v`.
void append_int(std::string& out, std::int64_t v);
void append_uint(std::string& out, std::uint64_t v);
/// Appends the shortest decimal that reads back as `v`, in Python's repr form ("1.0", "1e+16", "nan", "inf").
void append_real(std::string& out, double v);
/// Appends code point `c` as UTF-8; anything that is not a scalar value becomes U+FFFD.
void append_utf8(std::string& out, std::uint32_t c);
/// Reads one code point at `at` and advances it; nullopt (advancing one byte) on invalid UTF-8.
std::optional<std::uint32_t> next_utf8(std::string_view s, std::size_t& at);
/// True when all of `s` is valid UTF-8 (no surrogates, no overlong forms).
bool is_utf8(std::string_view s);
/// `s` with each invalid byte replaced by U+FFFD.
std::string to_valid_utf8(std::string_view s);
/// Number of code points; invalid bytes count one each.
std::size_t count_code_points(std::string_view s);

/// Base-10 integer, optional sign, nothing else; nullopt when malformed or out of range.
std::optional<std::int64_t> parse_int(std::string_view s);

bool starts_with_any(std::string_view s, std::initializer_list<std::string_view> prefixes);
/// Without ASCII white space at both ends.
std::string_view trim(std::string_view s);
/// Splits at each `separator`; empty pieces are kept.
std::vector<std::string_view> split(std::string_view s, char separator);
/// ASCII lower case.
std::string lower(std::string_view s);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
/// Known names sorted by likeness are offered in messages: the nearest of `names` to `wanted` by edit
/// distance, or empty when none is near (distance over a third of its length).
std::string_view nearest(std::string_view wanted, const std::vector<std::string_view>& names);

} // namespace mito::core

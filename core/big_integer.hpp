#pragma once
/// Integers outside 64 bits: what Python's arithmetic needs now and then. Values go in as kind::integer,
/// boolean or big_integer and come out as the smallest kind that holds them. Bounded: no result passes
/// `max_digits`.
#include <optional>
#include <string>

#include "core/value.hpp"

namespace mito::core {

/// About 4,300 decimal digits (Python's own limit for int <-> str), counted in 32-bit limbs.
inline constexpr std::size_t max_limbs = 450;

/// True for bool, int and big integer.
bool is_integral(const value& v) noexcept;
/// Each is exact; nullopt when the result would pass the bound.
std::optional<value> add_integers(const value& a, const value& b);
std::optional<value> subtract_integers(const value& a, const value& b);
std::optional<value> multiply_integers(const value& a, const value& b);
/// Floor division and the modulo that goes with it, as Python's // and %. `b` must not be zero.
std::optional<value> floor_divide(const value& a, const value& b);
std::optional<value> modulo(const value& a, const value& b);
/// a ** b for b >= 0.
std::optional<value> power_integers(const value& a, std::uint64_t b);
value negate_integer(const value& a);
/// -1, 0, 1.
int compare_integers(const value& a, const value& b);
/// Nearest double; infinite when too large.
double integer_to_double(const value& v);
/// int(d) for a finite d.
value double_to_integer(double d);
/// Digits in another base (2..36) with an optional sign; nullopt when malformed. Underscores are not
/// accepted.
std::optional<value> integer_from_digits(std::string_view digits, unsigned base);
/// The digits of `v` in base 2, 8, 10 or 16 with a leading '-' when negative.
std::string integer_digits(const value& v, unsigned base);

} // namespace mito::core

#pragma once
/// Random numbers that nobody has to reproduce.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::templating {

std::uint64_t entropy();
/// Uniform in [0, n).
std::uint64_t entropy_below(std::uint64_t n);
/// `n` characters of `alphabet`.
std::string random_text(std::size_t n, std::string_view alphabet);

} // namespace mito::templating

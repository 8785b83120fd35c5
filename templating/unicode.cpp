#include "templating/unicode.hpp"

#include "core/text.hpp"

namespace mito::templating {

namespace {

/// Upper and lower letters take turns in these ranges, the upper one on even or on odd code points.
struct alternating {
  std::uint32_t first, last;
  bool even;
};
constexpr alternating pairs[] = {
    {0x100, 0x12F, true},   {0x132, 0x137, true},  {0x139, 0x148, false}, {0x14A, 0x177, true},
    {0x179, 0x17E, false},  {0x1CD, 0x1DC, false}, {0x1DE, 0x1EF, true},  {0x1F8, 0x21F, true},
    {0x222, 0x233, true},   {0x370, 0x373, true},  {0x3D8, 0x3EF, true},  {0x460, 0x481, true},
    {0x48A, 0x4BF, true},   {0x4C1, 0x4CE, false}, {0x4D0, 0x52F, true},  {0x1E00, 0x1E95, true},
    {0x1EA0, 0x1EFF, true},
};
/// Runs of lower letters at a fixed distance from their upper ones.
struct shifted {
  std::uint32_t first, last; ///< lower
  std::int32_t up;           ///< added to get the upper
};
constexpr shifted runs[] = {
    {'a', 'z', -32},       {0xE0, 0xF6, -32},     {0xF8, 0xFE, -32},       {0x3B1, 0x3C1, -32},
    {0x3C3, 0x3CB, -32},   {0x3AD, 0x3AF, -37},   {0x3AC, 0x3AC, -38},     {0x3CC, 0x3CC, -64},
    {0x3CD, 0x3CE, -63},   {0x430, 0x44F, -32},   {0x450, 0x45F, -80},     {0x561, 0x586, -48},
    {0x24D0, 0x24E9, -26}, {0xFF41, 0xFF5A, -32}, {0x10428, 0x1044F, -40}, {0xFF, 0xFF, 0x178 - 0xFF},
};

} // namespace

std::uint32_t to_upper(std::uint32_t c) {
  if (c < 0x80) return c >= 'a' && c <= 'z' ? c - 32 : c;
  for (auto& r : runs)
    if (c >= r.first && c <= r.last) return static_cast<std::uint32_t>(static_cast<std::int32_t>(c) + r.up);
  for (auto& p : pairs)
    if (c >= p.first && c <= p.last) return (c % 2 == 0) == p.even ? c : c - 1;
  if (c == 0xB5) return 0x39C;
  if (c == 0x131) return 'I';
  if (c == 0x17F) return 'S';
  if (c == 0x3C2) return 0x3A3;
  return c;
}

std::uint32_t to_lower(std::uint32_t c) {
  if (c < 0x80) return c >= 'A' && c <= 'Z' ? c + 32 : c;
  if (c == 0x130) return 'i';
  for (auto& r : runs) {
    auto first = static_cast<std::uint32_t>(static_cast<std::int32_t>(r.first) + r.up);
    if (c >= first && c <= first + (r.last - r.first)) return c - first + r.first;
  }
  for (auto& p : pairs)
    if (c >= p.first && c <= p.last) return (c % 2 == 0) == p.even ? c + 1 : c;
  return c;
}

bool is_digit(std::uint32_t c) {
  return (c >= '0' && c <= '9') || (c >= 0x660 && c <= 0x669) || (c >= 0x966 && c <= 0x96F) ||
         (c >= 0xFF10 && c <= 0xFF19);
}

bool is_space(std::uint32_t c) {
  return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F) || c == 0x85 || c == 0xA0 ||
         c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
         c == 0x205F || c == 0x3000;
}

bool is_alpha(std::uint32_t c) {
  if (c < 0x80) return (c | 32) >= 'a' && (c | 32) <= 'z';
  if (c < 0xC0) return c == 0xAA || c == 0xB5 || c == 0xBA;
  if (c == 0xD7 || c == 0xF7 || is_space(c) || is_digit(c)) return false;
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x2000 && c <= 0x2BFF && !(c >= 0x2C00)) ||
      (c >= 0x3000 && c <= 0x3004))
    return false;
  return !(c >= 0x3008 && c <= 0x3020) && !(c >= 0xE000 && c <= 0xF8FF) && !(c >= 0xFE00 && c <= 0xFE6F) &&
         !(c >= 0x1F000 && c <= 0x1FAFF) && c < 0xE0000;
}

namespace {

template <class Change>
std::string changed(std::string_view s, const Change& change) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    auto from = at;
    auto c = core::next_utf8(s, at);
    if (c)
      change(out, *c);
    else
      out += s[from];
  }
  return out;
}

void put_upper(std::string& out, std::uint32_t c) {
  if (c == 0xDF)
    out += "SS";
  else
    core::append_utf8(out, to_upper(c));
}

} // namespace

std::string upper(std::string_view s) {
  return changed(s, put_upper);
}

std::string lower(std::string_view s) {
  return changed(s, [](std::string& out, std::uint32_t c) { core::append_utf8(out, to_lower(c)); });
}

std::string capitalized(std::string_view s) {
  bool first = true;
  return changed(s, [&](std::string& out, std::uint32_t c) {
    if (first && c == 0xDF)
      out += "Ss";
    else
      core::append_utf8(out, first ? to_upper(c) : to_lower(c));
    first = false;
  });
}

} // namespace mito::templating

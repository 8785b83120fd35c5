#include "core/text.hpp"

#include <algorithm>
#include <cmath>

#include "core/real.hpp"

namespace mito::core {

void append_uint(std::string& out, std::uint64_t v) {
  char digits[24];
  char* p = digits + sizeof digits;
  do {
    *--p = static_cast<char>('0' + v % 10);
  } while (v /= 10);
  out.append(p, static_cast<std::size_t>(digits + sizeof digits - p));
}

void append_int(std::string& out, std::int64_t v) {
  if (v < 0) out += '-';
  append_uint(out, v < 0 ? 0 - static_cast<std::uint64_t>(v) : static_cast<std::uint64_t>(v));
}

namespace {

/// Python's repr of a finite float from its shortest digits: fixed for exponents -4..15, else d.ddde±XX.
void append_python_form(std::string& out, std::string_view digits, int exponent) {
  int n = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (n > 1) {
      out += '.';
      out += digits.substr(1);
    }
    out += 'e';
    out += exponent < 0 ? '-' : '+';
    int e = exponent < 0 ? -exponent : exponent;
    if (e < 10) out += '0';
    append_int(out, e);
    return;
  }
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += digits;
    return;
  }
  for (int i = 0; i <= exponent; ++i) out += i < n ? digits[static_cast<std::size_t>(i)] : '0';
  out += '.';
  if (n > exponent + 1)
    out += digits.substr(static_cast<std::size_t>(exponent + 1));
  else
    out += '0';
}

} // namespace

void append_real(std::string& out, double v) {
  if (std::isnan(v)) {
    out += "nan";
    return;
  }
  if (std::signbit(v)) out += '-';
  v = std::fabs(v);
  if (std::isinf(v)) {
    out += "inf";
    return;
  }
  auto d = digits_of(v);
  append_python_form(out, {d.digits, static_cast<std::size_t>(d.count)}, d.exponent);
}

void append_utf8(std::string& out, std::uint32_t c) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  auto put = [&](std::uint32_t b) { out += static_cast<char>(b); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xC0 | c >> 6);
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 63));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 63));
    put(0x80 | (c >> 6 & 63));
  }
  put(0x80 | (c & 63));
}

std::optional<std::uint32_t> next_utf8(std::string_view s, std::size_t& at) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  unsigned first = byte(at++);
  if (first < 0x80) return first;
  int more = first >= 0xF0 && first < 0xF5   ? 3
             : first >= 0xE0 && first < 0xF0 ? 2
             : first >= 0xC2 && first < 0xE0 ? 1
                                             : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > s.size()) return std::nullopt;
  std::uint32_t c = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    unsigned b = byte(at + static_cast<std::size_t>(i));
    if ((b & 0xC0) != 0x80) return std::nullopt;
    c = c << 6 | (b & 63);
  }
  static constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return std::nullopt;
  at += static_cast<std::size_t>(more);
  return c;
}

bool is_utf8(std::string_view s) {
  for (std::size_t at = 0; at < s.size();)
    if (!next_utf8(s, at)) return false;
  return true;
}

std::string to_valid_utf8(std::string_view s) {
  std::string out;
  out.reserve(s.size());
  for (std::size_t at = 0; at < s.size();) {
    auto from = at;
    if (next_utf8(s, at))
      out.append(s.substr(from, at - from));
    else
      append_utf8(out, 0xFFFD);
  }
  return out;
}

std::size_t count_code_points(std::string_view s) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < s.size(); ++n) next_utf8(s, at);
  return n;
}

std::optional<std::int64_t> parse_int(std::string_view s) {
  bool negative = !s.empty() && s[0] == '-';
  if (!s.empty() && (s[0] == '-' || s[0] == '+')) s.remove_prefix(1);
  if (s.empty()) return std::nullopt;
  std::uint64_t v = 0;
  const std::uint64_t limit = static_cast<std::uint64_t>(INT64_MAX) + (negative ? 1 : 0);
  for (char c : s) {
    if (c < '0' || c > '9') return std::nullopt;
    auto digit = static_cast<std::uint64_t>(c - '0');
    if (v > (limit - digit) / 10) return std::nullopt;
    v = v * 10 + digit;
  }
  return static_cast<std::int64_t>(negative ? 0 - v : v);
}

bool starts_with_any(std::string_view s, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](auto p) { return s.starts_with(p); });
}

std::string_view trim(std::string_view s) {
  auto blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!s.empty() && blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && blank(s.back())) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> out;
  for (;;) {
    auto at = s.find(separator);
    out.push_back(s.substr(0, at));
    if (at == s.npos) return out;
    s.remove_prefix(at + 1);
  }
}

std::string lower(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i) out += separator;
    out += parts[i];
  }
  return out;
}

std::string_view nearest(std::string_view wanted, const std::vector<std::string_view>& names) {
  std::string_view best;
  std::size_t best_distance = wanted.size() / 3 + 1;
  std::vector<std::size_t> row;
  for (auto name : names) {
    if (name.size() > wanted.size() + best_distance || wanted.size() > name.size() + best_distance) continue;
    row.resize(name.size() + 1);
    for (std::size_t j = 0; j <= name.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= name.size(); ++j) {
        std::size_t above = row[j];
        std::size_t same = diagonal + (wanted[i - 1] == name[j - 1] ? 0 : 1);
        row[j] = std::min({above + 1, row[j - 1] + 1, same});
        diagonal = above;
      }
    }
    if (row.back() < best_distance || (row.back() == best_distance && best.empty())) {
      best = name;
      best_distance = row.back();
    }
  }
  return best;
}

} // namespace mito::core

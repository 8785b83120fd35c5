// What Python's str methods do, on plain text: for the methods and for filters.
#include <algorithm>

#include "core/text.hpp"
#include "templating/string_methods.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

std::string_view stripped(std::string_view s, std::optional<std::string_view> chars, int sides) {
  auto drop = [&](std::string_view one, std::uint32_t c) {
    return chars ? chars->find(one) != chars->npos && !one.empty() : is_space(c);
  };
  while ((sides & 1) && !s.empty()) {
    std::size_t at = 0;
    auto c = core::next_utf8(s, at).value_or(0);
    if (!drop(s.substr(0, at), c)) break;
    s.remove_prefix(at);
  }
  while ((sides & 2) && !s.empty()) {
    std::size_t from = s.size() - 1;
    while (from > 0 && (s[from] & 0xC0) == 0x80) --from;
    std::size_t at = from;
    auto c = core::next_utf8(s, at).value_or(0);
    if (!drop(s.substr(from), c)) break;
    s.remove_suffix(s.size() - from);
  }
  return s;
}

std::string replaced(std::string_view s, std::string_view from, std::string_view to, std::int64_t count) {
  std::string out;
  if (from.empty()) {
    for (std::size_t at = 0; at <= s.size() && count != 0; --count) {
      out += to;
      if (at == s.size()) return out;
      auto start = at;
      core::next_utf8(s, at);
      out += s.substr(start, at - start);
      if (at == s.size() && count == 1) return out;
    }
    return out;
  }
  for (std::size_t at = 0;;) {
    auto hit = count == 0 ? s.npos : s.find(from, at);
    if (hit == s.npos) {
      out += s.substr(at);
      return out;
    }
    out += s.substr(at, hit - at);
    out += to;
    at = hit + from.size();
    --count;
  }
}

std::vector<std::string_view> split_text(std::string_view s, std::optional<std::string_view> separator,
                                         std::int64_t most) {
  std::vector<std::string_view> out;
  if (separator) {
    for (;;) {
      auto at = most >= 0 && static_cast<std::int64_t>(out.size()) >= most ? s.npos : s.find(*separator);
      out.push_back(s.substr(0, at));
      if (at == s.npos) return out;
      s.remove_prefix(at + separator->size());
    }
  }
  for (;;) {
    s = stripped(s, std::nullopt, 1);
    if (s.empty()) return out;
    if (most >= 0 && static_cast<std::int64_t>(out.size()) >= most) {
      out.push_back(stripped(s, std::nullopt, 2));
      return out;
    }
    std::size_t at = 0, end = 0;
    while (at < s.size()) {
      auto c = core::next_utf8(s, at);
      if (c && is_space(*c)) break;
      end = at;
    }
    out.push_back(s.substr(0, end));
    s.remove_prefix(end);
  }
}

std::vector<std::string_view> rsplit_text(std::string_view s, std::optional<std::string_view> separator,
                                          std::int64_t most) {
  if (most < 0) return split_text(s, separator, most);
  std::vector<std::string_view> out;
  while (true) {
    if (!separator) s = stripped(s, std::nullopt, 2);
    if (!separator && s.empty()) break;
    bool enough = static_cast<std::int64_t>(out.size()) >= most;
    std::size_t at = s.npos, width = 1;
    if (!enough && separator) {
      at = s.rfind(*separator);
      width = separator->size();
    } else if (!enough) {
      at = s.find_last_of(" \t\n\r\v\f");
    } else if (!separator) {
      s = stripped(s, std::nullopt, 1);
    }
    out.push_back(at == s.npos ? s : s.substr(at + width));
    if (at == s.npos) break;
    s = s.substr(0, at);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::vector<std::string_view> split_lines(std::string_view s, bool keep_ends) {
  std::vector<std::string_view> out;
  for (std::size_t from = 0, at = 0; from < s.size();) {
    std::size_t end = s.size(), next = s.size();
    for (at = from; at < s.size();) {
      auto start = at;
      auto c = core::next_utf8(s, at).value_or(0);
      bool two = c == '\r' && at < s.size() && s[at] == '\n';
      if (c == '\n' || c == '\r' || c == '\v' || c == '\f' || (c >= 0x1C && c <= 0x1E) || c == 0x85 ||
          c == 0x2028 || c == 0x2029) {
        end = start;
        next = two ? at + 1 : at;
        break;
      }
    }
    out.push_back(s.substr(from, (keep_ends ? next : end) - from));
    from = next;
  }
  return out;
}

std::string padded(std::string_view s, std::int64_t width, std::string_view fill, char where) {
  auto n = static_cast<std::int64_t>(core::count_code_points(s));
  auto pad = width > n ? width - n : 0;
  // str.center() puts the odd one left when the width is odd.
  std::int64_t left = where == '>' ? pad : where == '^' ? pad / 2 + (pad & width & 1) : 0;
  std::string out;
  for (std::int64_t i = 0; i < left; ++i) out += fill;
  out += s;
  for (std::int64_t i = left; i < pad; ++i) out += fill;
  return out;
}

} // namespace mito::templating

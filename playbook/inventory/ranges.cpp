#include <arpa/inet.h>

#include <optional>

#include "core/text.hpp"
#include "playbook/inventory/sources.hpp"

namespace mito::playbook {

namespace {

bool digit(char c) {
  return c >= '0' && c <= '9';
}
bool letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool all_digits(std::string_view s) {
  return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
}

/// Whether the inside of brackets is begin:end or begin:end:step of digits, single letters, or hex digits.
bool is_range(std::string_view inside, bool hex) {
  auto parts = core::split(inside, ':');
  if (parts.size() < 2 || parts.size() > 3 || (parts.size() == 3 && !all_digits(parts[2]))) return false;
  if (all_digits(parts[0]) && all_digits(parts[1])) return true;
  if (hex)
    return !parts[0].empty() && !parts[1].empty() &&
           parts[0].find_first_not_of("0123456789abcdefABCDEF") == parts[0].npos &&
           parts[1].find_first_not_of("0123456789abcdefABCDEF") == parts[1].npos;
  return parts[0].size() == 1 && parts[1].size() == 1 && letter(parts[0][0]) && letter(parts[1][0]);
}

/// The text with each range replaced by one digit; nullopt when a bracket holds none.
std::optional<std::string> fold_ranges(std::string_view s, bool hex) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == ']') return std::nullopt;
    if (s[i] != '[') {
      out += s[i];
      continue;
    }
    auto end = s.find(']', i);
    if (end == s.npos || !is_range(s.substr(i + 1, end - i - 1), hex)) return std::nullopt;
    out += '1';
    i = end;
  }
  return out;
}

/// Labels of letters, digits, `_` and `-`, starting with no `-` and ending with neither; UTF-8 letters pass.
bool is_hostname(std::string_view s) {
  if (s.empty()) return false;
  for (auto label : core::split(s, '.')) {
    if (label.empty() || label.back() == '-' || label.back() == '_' || label.front() == '-') return false;
    for (char c : label)
      if (!digit(c) && !letter(c) && c != '-' && c != '_' && static_cast<unsigned char>(c) < 0x80)
        return false;
  }
  return true;
}

bool is_address(std::string_view s) {
  if (auto folded = fold_ranges(s, false); folded && is_hostname(*folded)) return true;
  auto folded = fold_ranges(s, true);
  in6_addr six;
  return folded && inet_pton(AF_INET6, folded->c_str(), &six) == 1;
}

/// A `:NN` at the end that no bracket contains.
std::optional<std::size_t> port_colon(std::string_view s) {
  auto colon = s.rfind(':');
  if (colon == s.npos || !all_digits(s.substr(colon + 1))) return std::nullopt;
  int depth = 0;
  for (std::size_t i = 0; i < colon; ++i) {
    if (s[i] == '[') ++depth;
    if (s[i] == ']') --depth;
    if (s[i] == ':' && depth == 0) return std::nullopt;
  }
  return depth == 0 ? std::optional(colon) : std::nullopt;
}

} // namespace

host_and_port split_port(std::string_view text) {
  auto host = text;
  std::optional<std::int64_t> port;
  if (text.starts_with('[')) {
    auto close = text.rfind("]:");
    if (close != text.npos && all_digits(text.substr(close + 2))) {
      host = text.substr(1, close - 1);
      port = core::parse_int(text.substr(close + 2));
    }
  }
  if (auto colon = port_colon(host); !port && colon) {
    port = core::parse_int(host.substr(*colon + 1));
    host = host.substr(0, *colon);
  }
  if (!is_address(host)) return {std::string(text), 0};
  if (!port || *port < 0 || *port > 65535) return {std::string(port ? text : host), 0};
  return {std::string(host), static_cast<std::uint16_t>(*port)};
}

bool is_network_name(std::string_view text) {
  auto split = split_port(text);
  return split.port != 0 || is_address(split.host);
}

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// A range that makes more names than this is a slip of the pen.
constexpr std::int64_t most_names = 1'000'000;

core::expected<std::vector<std::string>> range_items(std::string_view inside) {
  auto bounds = core::split(inside, ':');
  if (bounds.size() != 2 && bounds.size() != 3)
    return core::error("host range must be begin:end or begin:end:step");
  std::string_view begin = bounds[0].empty() ? "0" : bounds[0], end = bounds[1];
  if (end.empty()) return core::error("host range must specify end value");
  std::size_t width = begin[0] == '0' && begin.size() > 1 ? begin.size() : 0;
  if (width && width != end.size())
    return core::error("host range must specify equal-length begin and end formats");
  auto step = bounds.size() == 3 ? core::parse_int(bounds[2]) : std::optional<std::int64_t>(1);
  if (!step || *step < 1) return core::error("invalid host range step: " + std::string(inside));
  std::vector<std::string> out;
  auto first = begin.size() == 1 ? letters.find(begin[0]) : letters.npos;
  auto last = end.size() == 1 ? letters.find(end[0]) : letters.npos;
  if (first != letters.npos && last != letters.npos) {
    if (first > last) return core::error("host range must have begin <= end");
    for (; first <= last; first += static_cast<std::size_t>(*step)) out.emplace_back(1, letters[first]);
    return out;
  }
  auto from = core::parse_int(begin), to = core::parse_int(end);
  if (!from || !to) return core::error("invalid host range: " + std::string(inside));
  if ((*to - *from) / *step > most_names)
    return core::error("host range makes too many names: " + std::string(inside));
  for (auto i = *from; i <= *to; i += *step) {
    auto text = std::to_string(i);
    if (text.size() < width) text.insert(0, width - text.size(), '0');
    out.push_back(std::move(text));
  }
  return out;
}

} // namespace

core::expected<std::vector<std::string>> expand_range(std::string_view pattern) {
  auto open = pattern.find('[');
  if (open == pattern.npos) return std::vector<std::string>{std::string(pattern)};
  auto close = pattern.find(']', open);
  if (close == pattern.npos) return core::error("host range must be begin:end or begin:end:step");
  auto items = range_items(pattern.substr(open + 1, close - open - 1));
  if (!items) return items;
  auto tails = expand_range(pattern.substr(close + 1));
  if (!tails) return tails;
  if (static_cast<std::int64_t>(items->size() * tails->size()) > most_names)
    return core::error("host range makes too many names: " + std::string(pattern));
  std::vector<std::string> out;
  out.reserve(items->size() * tails->size());
  for (const auto& i : *items)
    for (const auto& t : *tails) out.push_back(std::string(pattern.substr(0, open)) + i + t);
  return out;
}

} // namespace mito::playbook

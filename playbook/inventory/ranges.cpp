// Host ranges: "web[01:20:2]" and what it stands for.
#include <algorithm>

#include "core/text.hpp"
#include "playbook/inventory/addresses.hpp"

namespace mito::playbook {

namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// A range that makes more names than this is a slip of the pen.
constexpr std::int64_t most_names = 1'000'000;

core::error bad(const std::string& what) { return core::error(what); }
/// What Ansible does not foresee: a ValueError of Python, which fails the source even where other errors leave the text as
/// it is.
core::error bad_value(const std::string& what) {
  core::error e(what);
  e.what().category = "value";
  return e;
}

/// Python's str.zfill().
std::string filled(std::int64_t n, std::size_t width) {
  auto text = std::to_string(n);
  std::size_t sign = text[0] == '-';
  if (text.size() < width) text.insert(sign, width - text.size(), '0');
  return text;
}

core::expected<std::vector<std::string>> numbers(std::string_view begin, std::string_view end, std::int64_t step,
                                                 std::size_t width) {
  auto from = core::parse_int(core::trim(begin)), to = core::parse_int(core::trim(end));
  if (!from || !to)
    return bad_value("host range bounds must be two numbers or two letters, got '" + std::string(begin) + "' and '" +
               std::string(end) + "'");
  if (*from > most_names * 1'000'000 || *to > most_names * 1'000'000)
    return bad_value("host range bounds are too large: " + std::string(begin) + ":" + std::string(end));
  // As Python's range(begin, end + 1, step).
  auto stop = *to + 1;
  auto span = step > 0 ? stop - *from : *from - stop;
  std::vector<std::string> out;
  if (span <= 0) return out;
  if (span / std::abs(step) > most_names) return bad_value("host range makes too many names: " + std::string(begin) + ":" + std::string(end));
  for (auto i = *from; step > 0 ? i < stop : i > stop; i += step) out.push_back(filled(i, width));
  return out;
}

/// What one bracket stands for.
core::expected<std::vector<std::string>> range_items(std::string_view inside) {
  auto bounds = core::split(inside, ':');
  if (bounds.size() != 2 && bounds.size() != 3) return bad("host range must be begin:end or begin:end:step");
  std::string_view begin = bounds[0].empty() ? "0" : bounds[0], end = bounds[1];
  if (end.empty()) return bad("host range must specify end value");
  std::size_t width = begin[0] == '0' && begin.size() > 1 ? begin.size() : 0;
  if (width && width != end.size()) return bad("host range must specify equal-length begin and end formats");
  auto step = bounds.size() == 3 ? core::parse_int(core::trim(bounds[2])) : std::optional<std::int64_t>(1);
  // Longer runs of the alphabet count from their first letter, as in Ansible.
  auto first = letters.find(begin), last = letters.find(end);
  bool alphabetic = first != letters.npos && last != letters.npos;
  if (alphabetic && first > last) return bad("host range must have begin <= end");
  if (!step || *step == 0 || std::abs(*step) > most_names) return bad_value("invalid host range step: " + std::string(inside));
  if (!alphabetic) return numbers(begin, end, *step, width);
  std::vector<std::string> out;
  for (; *step > 0 && first <= last; first += static_cast<std::size_t>(*step)) out.emplace_back(1, letters[first]);
  return out;
}

core::expected<void> expand(std::string_view pattern, std::vector<std::string>& out, int depth) {
  auto open = pattern.find('['), close = pattern.find(']');
  if (open == pattern.npos) {
    out.emplace_back(pattern);
    return {};
  }
  if (close == pattern.npos || close < open || pattern.find('|') != pattern.npos || depth > 20)
    return bad_value("not a host range: '" + std::string(pattern) + "'");
  auto items = range_items(pattern.substr(open + 1, close - open - 1));
  if (!items) return items.error();
  auto head = std::string(pattern.substr(0, open));
  auto tail = pattern.substr(close + 1);
  for (const auto& i : *items) {
    if (auto ok = expand(head + i + std::string(tail), out, depth + 1); !ok) return ok;
    if (static_cast<std::int64_t>(out.size()) > most_names) return bad_value("host range makes too many names: " + std::string(pattern));
  }
  return {};
}

} // namespace

core::expected<std::vector<std::string>> expand_range(std::string_view pattern) {
  std::vector<std::string> out;
  if (auto ok = expand(pattern, out, 0); !ok) return ok.error();
  return out;
}

core::expected<host_pattern> expand_host_pattern(std::string_view text) {
  auto address = parse_address(text);
  auto names = expand_range(address ? std::string_view(address->host) : text);
  if (!names) return names.error();
  return host_pattern{std::move(*names), address ? address->port : 0};
}

} // namespace mito::playbook

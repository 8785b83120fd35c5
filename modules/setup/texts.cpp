#include "core/text.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

std::vector<std::string_view> lines(std::string_view s) {
  if (s.ends_with('\n')) s.remove_suffix(1);
  if (s.empty()) return {};
  auto out = core::split(s, '\n');
  for (auto& line : out)
    if (line.ends_with('\r')) line.remove_suffix(1);
  return out;
}

std::vector<std::string_view> words(std::string_view s) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  std::vector<std::string_view> out;
  while (true) {
    const auto from = s.find_first_not_of(blanks);
    if (from == s.npos) return out;
    s.remove_prefix(from);
    out.push_back(s.substr(0, s.find_first_of(blanks)));
    s.remove_prefix(out.back().size());
  }
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string joined(std::string_view a, std::string_view b, std::string_view c) {
  std::string out;
  out.reserve(a.size() + b.size() + c.size());
  out.append(a).append(b).append(c);
  return out;
}

bool contains(std::string_view s, std::string_view piece) {
  return s.find(piece) != s.npos;
}

std::string_view before(std::string_view s, char separator) {
  return s.substr(0, s.find(separator));
}

std::string_view after(std::string_view s, char separator) {
  const auto at = s.find(separator);
  return at == s.npos ? std::string_view() : s.substr(at + 1);
}

std::string_view strip(std::string_view s, std::string_view set) {
  const auto from = s.find_first_not_of(set);
  if (from == s.npos) return {};
  return s.substr(from, s.find_last_not_of(set) + 1 - from);
}

std::int64_t number(std::string_view s) {
  const auto end = s.find_first_not_of("0123456789");
  return core::parse_int(s.substr(0, end)).value_or(0);
}

namespace {

/// Reads a [set] at the start of `pattern` (after the bracket); takes it off when it is closed.
bool match_set(char c, std::string_view& pattern, bool& closed) {
  const bool negated = pattern.starts_with('!');
  const auto close = pattern.find(']', negated ? 2 : 1);
  closed = close != pattern.npos;
  if (!closed) return false;
  const auto set = pattern.substr(negated, close - negated);
  pattern.remove_prefix(close + 1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found |= set[i] <= c && c <= set[i + 2];
      i += 2;
    } else {
      found |= set[i] == c;
    }
  }
  return found != negated;
}

} // namespace

bool matches(std::string_view name, std::string_view pattern) {
  // Where to go on after the last star: its pattern behind it, and the name with one more character eaten.
  std::string_view star_pattern, star_name;
  bool star = false;
  while (true) {
    bool step = false;
    if (pattern.starts_with('*')) {
      star = true;
      pattern.remove_prefix(1);
      star_pattern = pattern;
      star_name = name;
      continue;
    }
    if (name.empty() && pattern.empty()) return true;
    if (!name.empty() && !pattern.empty()) {
      const char p = pattern.front(), c = name.front();
      auto rest = pattern.substr(1);
      bool closed = false;
      if (p == '[') step = match_set(c, rest, closed);
      if (!closed) step = p == '?' || p == c;
      if (step) {
        pattern = rest;
        name.remove_prefix(1);
      }
    }
    if (step) continue;
    if (!star || star_name.empty()) return false;
    star_name.remove_prefix(1);
    name = star_name;
    pattern = star_pattern;
  }
}

void put(core::dict& d, std::string_view key, std::string_view v) {
  d.set(key, core::value(v));
}
void put(core::dict& d, std::string_view key, std::int64_t v) {
  d.set(key, core::value(v));
}
void put_flag(core::dict& d, std::string_view key, bool v) {
  d.set(key, core::value(v));
}
void put_or_none(core::dict& d, std::string_view key, const std::optional<std::string>& v) {
  d.set(key, v ? core::value(*v) : core::value());
}
void put(core::dict& d, std::string_view key, core::value v) {
  d.set(key, std::move(v));
}
void add(core::list& l, std::string_view v) {
  l.emplace_back(v);
}

} // namespace mito::modules::setup

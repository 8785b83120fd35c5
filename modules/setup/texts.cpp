#include <algorithm>

#include "core/text.hpp"
#include "modules/setup/context.hpp"

namespace mito::modules::setup {

namespace {

constexpr std::string_view blanks = " \t\n\r\f\v";

} // namespace

bool cutter::next(std::string_view& piece) {
  if (separator_ == 0) {
    rest_.remove_prefix(std::min(rest_.size(), rest_.find_first_not_of(blanks)));
    piece = rest_.substr(0, rest_.find_first_of(blanks));
    rest_.remove_prefix(piece.size());
    return !piece.empty();
  }
  if (done_ || (separator_ == '\n' && rest_.empty())) return false;
  piece = rest_.substr(0, rest_.find(separator_));
  done_ = piece.size() == rest_.size();
  rest_.remove_prefix(std::min(rest_.size(), piece.size() + 1));
  if (separator_ == '\n' && piece.ends_with('\r')) piece.remove_suffix(1);
  return true;
}

std::string_view piece(cutter pieces, int n) {
  std::string_view out;
  while (pieces.next(out))
    if (n-- == 0) return out;
  return {};
}

int count(cutter pieces) {
  int n = 0;
  std::string_view out;
  while (pieces.next(out)) ++n;
  return n;
}

std::string_view trim(std::string_view s) {
  return strip(s, blanks);
}
std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}
bool contains(std::string_view s, std::string_view piece) {
  return s.find(piece) != s.npos;
}
bool starts(std::string_view s, std::string_view prefix) {
  return s.starts_with(prefix);
}
bool ends(std::string_view s, std::string_view suffix) {
  return s.ends_with(suffix);
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

std::string_view lower(context& c, std::string_view s) {
  char* out = c.memory.bytes(s.size());
  for (std::size_t i = 0; i < s.size(); ++i)
    out[i] = s[i] >= 'A' && s[i] <= 'Z' ? static_cast<char>(s[i] + 32) : s[i];
  return {out, s.size()};
}

std::string_view digits(context& c, std::int64_t v) {
  std::string out;
  core::append_int(out, v);
  return c.join({out});
}

std::string_view leading_digits(std::string_view s) {
  return s.substr(0, s.find_first_not_of("0123456789"));
}
std::int64_t number(std::string_view s) {
  return core::parse_int(leading_digits(s)).value_or(0);
}

void sort(text_list names) {
  for (std::size_t i = 1; i < names.size(); ++i)
    for (std::size_t k = i; k > 0 && names[k] < names[k - 1]; --k) std::swap(names[k], names[k - 1]);
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
void put_value(core::dict& d, std::string_view key, const core::value& v) {
  d.set(key, v);
}
void put(core::dict& d, std::string_view key, core::dict& v) {
  d.set(key, core::value(std::move(v)));
}
void put(core::dict& d, std::string_view key, core::list& v) {
  d.set(key, core::value(std::move(v)));
}
void put_or_none(core::dict& d, std::string_view key, std::string_view v) {
  d.set(key, v.empty() ? core::value() : core::value(v));
}
void put_found(core::dict& d, std::string_view key, std::string_view v) {
  if (!v.empty()) put(d, key, v);
}
void add(core::list& l, std::string_view v) {
  l.push_back(core::value(v));
}
void add_to(core::dict& d, std::string_view key, const core::value& v) {
  core::list items;
  if (const auto* old = d.find(key)) items = old->as_list();
  items.push_back(v);
  put(d, key, items);
}
std::string_view get(const core::dict& d, std::string_view key) {
  const auto* v = d.find(key);
  return v != nullptr && v->is_string() ? v->as_string() : std::string_view();
}

} // namespace mito::modules::setup

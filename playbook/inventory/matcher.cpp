#include "playbook/inventory/matcher.hpp"

#include "core/text.hpp"

namespace mito::playbook {

namespace {

/// End of the set that opens at `at`, or npos: then the bracket is an ordinary character.
std::size_t set_end(std::string_view p, std::size_t at) {
  auto i = at + 1;
  if (i < p.size() && p[i] == '!') ++i;
  if (i < p.size() && p[i] == ']') ++i;
  return p.find(']', i);
}

/// The code point at `at`, which moves past it; a bad byte stands for itself.
std::uint32_t next_point(std::string_view s, std::size_t& at) {
  auto from = at;
  auto c = core::next_utf8(s, at);
  return c ? *c : 0x110000u + static_cast<unsigned char>(s[from]);
}

bool in_set(std::string_view set, std::uint32_t c) {
  bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size();) {
    auto low = next_point(set, i), high = low;
    if (i + 1 < set.size() && set[i] == '-') {
      ++i;
      high = next_point(set, i);
    }
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

/// Whether one element of the pattern at `i` matches the code point at `j`; both move on when it does.
bool step(std::string_view p, std::size_t& i, std::string_view s, std::size_t& j) {
  if (i >= p.size()) return false;
  auto next = j;
  auto c = next_point(s, next);
  auto end = p[i] == '[' ? set_end(p, i) : p.npos;
  auto after = i;
  if (end != p.npos) {
    if (!in_set(p.substr(i + 1, end - i - 1), c)) return false;
    after = end + 1;
  } else if (p[i] == '?') {
    ++after;
  } else if (next_point(p, after) != c) {
    return false;
  }
  i = after;
  j = next;
  return true;
}

} // namespace

bool glob_matches(std::string_view p, std::string_view s) {
  // Greedy with one way back: the last star.
  std::size_t i = 0, j = 0, star = p.npos, resume = 0;
  while (j < s.size()) {
    if (i < p.size() && p[i] == '*') {
      star = i++;
      resume = j;
    } else if (!step(p, i, s, j)) {
      if (star == p.npos) return false;
      i = star + 1;
      (void)next_point(s, resume);
      j = resume;
    }
  }
  while (i < p.size() && p[i] == '*') ++i;
  return i == p.size();
}

core::expected<name_matcher> name_matcher::compile(std::string_view pattern) {
  name_matcher out;
  if (!pattern.starts_with('~')) {
    out.pattern_ = pattern;
    out.plain_ = pattern.find_first_of("*?[") == pattern.npos;
    return out;
  }
  auto expression = templating::compile_regex(pattern.substr(1), {});
  if (!expression) return core::error("Invalid host list pattern: " + std::string(pattern), {}, expression.error().message());
  out.expression_ = std::move(*expression);
  return out;
}

bool name_matcher::matches(std::string_view name) const {
  if (!expression_) return plain_ ? pattern_ == name : glob_matches(pattern_, name);
  auto found = expression_->match(name, 0, templating::regex_mode::match);
  return found && !found->empty();
}

} // namespace mito::playbook

#include "modules/common/glob.hpp"

#include <sys/stat.h>
#include <vector>

#include "modules/common/os.hpp"

namespace mito::modules {

namespace {

/// The length of the bracket expression that `pattern` starts with, 0 when it is none; `hit`: whether `c` is
/// in it.
std::size_t bracket(std::string_view pattern, char c, bool& hit) {
  std::size_t at = 1;
  bool inverted = at < pattern.size() && pattern[at] == '!';
  at += inverted;
  std::size_t end = pattern.find(']', at + 1);
  if (end == pattern.npos) return 0;
  hit = false;
  for (; at < end; ++at) {
    if (at + 2 < end && pattern[at + 1] == '-') {
      hit |= pattern[at] <= c && c <= pattern[at + 2];
      at += 2;
    } else {
      hit |= pattern[at] == c;
    }
  }
  hit ^= inverted;
  return end + 1;
}

bool match_below(const std::string& base, std::string_view pattern) {
  std::size_t start = pattern.find_first_not_of('/');
  if (start == pattern.npos) return pattern.empty() ? exists(base) || is_link(base) : is_directory(base);
  pattern.remove_prefix(start);
  std::size_t slash = pattern.find('/');
  std::string_view part = pattern.substr(0, slash);
  std::string_view rest = slash == pattern.npos ? std::string_view() : pattern.substr(slash);
  if (part.find_first_of("*?[") == part.npos) return match_below(join_path(base, part), rest);
  std::vector<std::string> names;
  list_directory(base.empty() ? "." : base, names);
  for (const std::string& name : names)
    if ((name[0] != '.' || part[0] == '.') && name_matches(part, name) &&
        match_below(join_path(base, name), rest))
      return true;
  return false;
}

} // namespace

bool name_matches(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    if (pattern[0] == '*') {
      pattern.remove_prefix(1);
      for (std::size_t skip = 0; skip <= name.size(); ++skip)
        if (name_matches(pattern, name.substr(skip))) return true;
      return false;
    }
    if (name.empty()) return false;
    bool hit = pattern[0] == '?' || pattern[0] == name[0];
    std::size_t length = pattern[0] == '[' ? bracket(pattern, name[0], hit) : 0;
    if (!hit) return false;
    pattern.remove_prefix(length ? length : 1);
    name.remove_prefix(1);
  }
  return name.empty();
}

bool glob_any(const std::string& pattern) {
  return match_below(pattern[0] == '/' ? "/" : "", pattern);
}

} // namespace mito::modules

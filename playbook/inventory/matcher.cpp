#include "playbook/inventory/matcher.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

namespace mito::playbook {

namespace {

/// End of the set that opens at `at`, or npos: then the bracket is an ordinary character.
std::size_t set_end(std::string_view p, std::size_t at) {
  auto i = at + 1;
  if (i < p.size() && p[i] == '!') ++i;
  if (i < p.size() && p[i] == ']') ++i;
  return p.find(']', i);
}

bool in_set(std::string_view set, unsigned char c) {
  bool negated = set.starts_with('!');
  if (negated) set.remove_prefix(1);
  bool found = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    auto low = static_cast<unsigned char>(set[i]), high = low;
    if (i + 2 < set.size() && set[i + 1] == '-') {
      high = static_cast<unsigned char>(set[i + 2]);
      i += 2;
    }
    found = found || (low <= c && c <= high);
  }
  return found != negated;
}

} // namespace

bool glob_matches(std::string_view p, std::string_view s) {
  // Greedy with one way back: the last star.
  std::size_t i = 0, j = 0, star = p.npos, resume = 0;
  while (j < s.size()) {
    std::size_t width = 0;
    if (i < p.size()) {
      if (p[i] == '*') {
        star = i++;
        resume = j;
        continue;
      }
      auto end = p[i] == '[' ? set_end(p, i) : p.npos;
      if (end != p.npos)
        width = in_set(p.substr(i + 1, end - i - 1), static_cast<unsigned char>(s[j])) ? end - i + 1 : 0;
      else if (p[i] == '?' || p[i] == s[j])
        width = 1;
    }
    if (width) {
      i += width;
      ++j;
    } else if (star != p.npos) {
      i = star + 1;
      j = ++resume;
    } else {
      return false;
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
  int code = 0;
  PCRE2_SIZE at = 0;
  auto text = pattern.substr(1);
  auto* compiled = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(),
                                 PCRE2_UTF | PCRE2_ANCHORED, &code, &at, nullptr);
  if (!compiled) return core::error("Invalid host list pattern: " + std::string(pattern));
  out.code_ = std::shared_ptr<void>(compiled, [](void* c) { pcre2_code_free(static_cast<pcre2_code*>(c)); });
  return out;
}

bool name_matcher::matches(std::string_view name) const {
  if (!code_) return plain_ ? pattern_ == name : glob_matches(pattern_, name);
  auto* code = static_cast<pcre2_code*>(code_.get());
  std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
      pcre2_match_data_create_from_pattern(code, nullptr), pcre2_match_data_free);
  return pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(name.data()), name.size(), 0, 0, data.get(),
                     nullptr) >= 0;
}

} // namespace mito::playbook

// PCRE2 behind regex.hpp: the only file that names it.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "core/text.hpp"
#include "templating/literals.hpp"
#include "templating/regex.hpp"

namespace mito::templating {

struct regex::impl {
  pcre2_code* code = nullptr;
  pcre2_match_context* limits = nullptr;
  ~impl() {
    pcre2_code_free(code);
    pcre2_match_context_free(limits);
  }
};

namespace {

core::error regex_error(std::string message) {
  core::error e(std::move(message));
  e.what().category = "regex";
  return e;
}

/// What differs in spelling: Python's \Z is PCRE's \z, and (?P=name), (?P>..) read alike already.
std::string translated(std::string_view p) {
  std::string out;
  bool in_class = false;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] == '\\' && i + 1 < p.size()) {
      out += '\\';
      ++i;
      out += p[i] == 'Z' && !in_class ? 'z' : p[i];
      continue;
    }
    if (in_class) {
      // Python takes "[" in a class literally; PCRE looks for [:name:].
      if (p[i] == '[') {
        out += "\\[";
        continue;
      }
      if (p[i] == ']') in_class = false;
    } else if (p[i] == '[') {
      in_class = true;
      out += '[';
      if (i + 1 < p.size() && p[i + 1] == '^') out += p[++i];
      if (i + 1 < p.size() && p[i + 1] == ']') {
        out += "\\]";
        ++i;
      }
      continue;
    }
    out += p[i];
  }
  return out;
}

/// Python's words for the common mistakes; PCRE2's own for the rest.
std::string python_text(int code, std::string_view pattern, std::size_t offset) {
  auto at = [](std::size_t n) { return " at position " + std::to_string(n); };
  switch (code) {
  case PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS: {
    // Python points at the parenthesis that is not closed.
    std::vector<std::size_t> open;
    bool in_class = false;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (pattern[i] == '\\')
        ++i;
      else if (in_class)
        in_class = pattern[i] != ']';
      else if (pattern[i] == '[')
        in_class = true;
      else if (pattern[i] == '(')
        open.push_back(i);
      else if (pattern[i] == ')' && !open.empty())
        open.pop_back();
    }
    return "missing ), unterminated subpattern" + at(open.empty() ? offset : open.back());
  }
  case PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS:
    return "unbalanced parenthesis" + at(offset);
  case PCRE2_ERROR_MISSING_SQUARE_BRACKET:
    return "unterminated character set" + at(pattern.rfind('['));
  case PCRE2_ERROR_QUANTIFIER_INVALID:
    return "nothing to repeat" + at(offset ? offset - 1 : 0);
  case PCRE2_ERROR_CLASS_RANGE_ORDER:
    return "bad character range" + at(offset);
  case PCRE2_ERROR_END_BACKSLASH:
    return "bad escape (end of pattern)" + at(pattern.empty() ? 0 : pattern.size() - 1);
  default: {
    PCRE2_UCHAR text[200];
    pcre2_get_error_message(code, text, sizeof text);
    return std::string(reinterpret_cast<const char*>(text)) + at(offset);
  }
  }
}

} // namespace

core::expected<regex> compile_regex(std::string_view pattern, const regex_options& opt) {
  if (pattern.size() > 1u << 20) return regex_error("the regular expression is too long");
  auto spelled = translated(pattern);
  // Bytes that are no UTF-8 match nothing, but do not stop the rest from matching.
  std::uint32_t flags = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C | PCRE2_MATCH_UNSET_BACKREF * 0 |
                        PCRE2_DOLLAR_ENDONLY * 0;
  if (opt.ignore_case) flags |= PCRE2_CASELESS;
  if (opt.multiline) flags |= PCRE2_MULTILINE;
  if (opt.dot_all) flags |= PCRE2_DOTALL;
  int code = 0;
  PCRE2_SIZE offset = 0;
  auto compiled = std::make_shared<regex::impl>();
  compiled->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(spelled.data()), spelled.size(), flags, &code,
                                 &offset, nullptr);
  if (!compiled->code) return regex_error(python_text(code, spelled, offset));
  compiled->limits = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(compiled->limits, 10'000'000);
  pcre2_set_heap_limit(compiled->limits, 64 * 1024);
  pcre2_set_depth_limit(compiled->limits, 1'000'000);
  return regex(std::move(compiled));
}

core::expected<regex_match> regex::match(std::string_view s, std::size_t from, regex_mode mode) const {
  regex_match out;
  auto* data = pcre2_match_data_create_from_pattern(impl_->code, nullptr);
  std::uint32_t flags = mode == regex_mode::search ? 0u : PCRE2_ANCHORED;
  if (mode == regex_mode::full) flags |= PCRE2_ENDANCHORED;
  int n = pcre2_match(impl_->code, reinterpret_cast<PCRE2_SPTR>(s.data()), s.size(), from, flags, data,
                      impl_->limits);
  if (n > 0) {
    auto* v = pcre2_get_ovector_pointer(data);
    for (std::uint32_t i = 0; i < pcre2_get_ovector_count(data); ++i)
      out.groups.emplace_back(i < static_cast<std::uint32_t>(n) ? v[2 * i] : s.npos,
                              i < static_cast<std::uint32_t>(n) ? v[2 * i + 1] : s.npos);
  }
  pcre2_match_data_free(data);
  if (n >= 0 || n == PCRE2_ERROR_NOMATCH) return out;
  PCRE2_UCHAR text[200];
  pcre2_get_error_message(n, text, sizeof text);
  return regex_error("the regular expression failed: " + std::string(reinterpret_cast<const char*>(text)));
}

unsigned regex::groups() const {
  std::uint32_t n = 0;
  pcre2_pattern_info(impl_->code, PCRE2_INFO_CAPTURECOUNT, &n);
  return n;
}

std::optional<unsigned> regex::group(std::string_view name) const {
  int n =
      pcre2_substring_number_from_name(impl_->code, reinterpret_cast<PCRE2_SPTR>(std::string(name).c_str()));
  if (n <= 0) return std::nullopt;
  return static_cast<unsigned>(n);
}

namespace {

/// Appends what the replacement template means for this match.
core::expected<void> expand(std::string& out, const regex& re, std::string_view s, const regex_match& m,
                            std::string_view t) {
  auto put = [&](std::size_t group) {
    if (m.groups[group].first != s.npos)
      out += s.substr(m.groups[group].first, m.groups[group].second - m.groups[group].first);
  };
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i] != '\\' || i + 1 >= t.size()) {
      if (t[i] == '\\') return regex_error("bad escape (end of pattern) at position " + std::to_string(i));
      out += t[i];
      continue;
    }
    char c = t[++i];
    auto place = i - 1;
    if (c == 'g') {
      auto end = t.find('>', i);
      if (i + 1 >= t.size() || t[i + 1] != '<')
        return regex_error("missing < at position " + std::to_string(i + 1));
      if (end == t.npos)
        return regex_error("missing >, unterminated name at position " + std::to_string(i + 2));
      auto name = t.substr(i + 2, end - i - 2);
      auto number = core::parse_int(name);
      if (!number) {
        auto g = re.group(name);
        // Python raises IndexError here.
        if (!g) return regex_error("unknown group name '" + std::string(name) + "'");
        number = *g;
      }
      if (*number < 0 || *number > re.groups())
        return regex_error("invalid group reference " + std::string(name) + " at position " +
                           std::to_string(i + 2));
      put(static_cast<std::size_t>(*number));
      i = end;
    } else if (digit(c) && c != '0') {
      std::size_t n = static_cast<std::size_t>(c - '0');
      if (i + 1 < t.size() && digit(t[i + 1])) n = n * 10 + static_cast<std::size_t>(t[++i] - '0');
      if (n > re.groups())
        return regex_error("invalid group reference " + std::to_string(n) + " at position " +
                           std::to_string(place + 1));
      put(n);
    } else if (c == '\\') {
      out += '\\';
    } else if (std::string_view("abfnrtv0").find(c) != std::string_view::npos) {
      unescape(std::string{'\\', c}, out);
    } else if ((c | 32) >= 'a' && (c | 32) <= 'z') {
      return regex_error(std::string("bad escape \\") + c + " at position " + std::to_string(place));
    } else {
      out += '\\';
      out += c;
    }
  }
  return {};
}

} // namespace

core::expected<std::string> regex_substitute(const regex& re, std::string_view s,
                                             std::string_view replacement, std::int64_t count) {
  std::string out;
  std::size_t at = 0, copied = 0;
  for (std::int64_t n = 0; at <= s.size() && (count == 0 || n < count); ++n) {
    auto m = re.match(s, at, regex_mode::search);
    if (!m) return m.error();
    if (m->empty()) break;
    auto [from, to] = m->groups[0];
    out += s.substr(copied, from - copied);
    if (auto ok = expand(out, re, s, *m, replacement); !ok) return ok.error();
    if (out.size() > 256u << 20) return regex_error("the result of the replacement is too large");
    copied = to;
    at = to;
    if (from == to) {
      if (at >= s.size()) break;
      auto start = at;
      core::next_utf8(s, at);
      out += s.substr(start, at - start);
      copied = at;
    }
  }
  if (copied < s.size()) out += s.substr(copied);
  return out;
}

std::string regex_escape(std::string_view s) {
  std::string out;
  for (char c : s) {
    if (std::string_view("()[]{}?*+-|^$\\.&~# \t\n\r\v\f").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

} // namespace mito::templating

#include "playbook/inventory/names.hpp"

#include "core/text.hpp"
#include "templating/regex.hpp"
#include "templating/unicode.hpp"

namespace mito::playbook {

namespace {

bool ascii_digit(std::uint32_t c) { return c >= '0' && c <= '9'; }

/// Code points of `name`, one after the other, with whether each may stay.
template <class Visitor>
void visit(std::string_view name, const Visitor& each) {
  for (std::size_t at = 0; at < name.size();) {
    auto from = at;
    auto c = core::next_utf8(name, at);
    bool fine = c && is_word(*c) && (from > 0 || !(*c < 0x80 ? ascii_digit(*c) : templating::is_digit(*c)));
    each(name.substr(from, at - from), fine);
  }
}

} // namespace

bool is_word(std::uint32_t c) {
  if (c < 0x80) return c == '_' || ascii_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  static const auto word = templating::compile_regex("\\w", {});
  std::string text;
  core::append_utf8(text, c);
  auto found = word->match(text, 0, templating::regex_mode::full);
  return found && !found->empty();
}

bool is_safe_group_name(std::string_view name) {
  bool safe = true;
  visit(name, [&](std::string_view, bool fine) { safe = safe && fine; });
  return safe;
}

std::string safe_group_name(std::string_view name) {
  std::string out;
  visit(name, [&](std::string_view piece, bool fine) { fine ? out += piece : out += '_'; });
  return out;
}

std::string_view strip(std::string_view s) {
  auto blank = [](std::string_view piece) {
    std::size_t at = 0;
    auto c = core::next_utf8(piece, at);
    return c && templating::is_space(*c);
  };
  auto start = [](std::string_view text) { // of the last code point
    auto at = text.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    return at;
  };
  while (!s.empty() && blank(s)) {
    std::size_t at = 0;
    (void)core::next_utf8(s, at);
    s.remove_prefix(at);
  }
  while (!s.empty() && blank(s.substr(start(s)))) s.remove_suffix(s.size() - start(s));
  return s;
}

} // namespace mito::playbook

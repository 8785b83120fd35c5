#include "report/text_layout.hpp"

#include <locale.h>
#include <wchar.h>
#include <wctype.h>

#include <algorithm>
#include <deque>

#include "core/text.hpp"

namespace mito::report {

namespace {

/// The character classes and widths of Unicode, whatever the user's locale is.
locale_t unicode() {
  static locale_t one = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return one;
}

class in_unicode {
public:
  in_unicode() : before_(unicode() ? ::uselocale(unicode()) : nullptr) {}
  ~in_unicode() {
    if (before_) ::uselocale(before_);
  }
  in_unicode(const in_unicode&) = delete;

private:
  locale_t before_;
};

int width_here(std::uint32_t c) {
  if (c >= 0x20 && c < 0x7F) return 1;
  if (!unicode()) return c < 0xA0 ? -1 : 1;
  return ::wcwidth(static_cast<wchar_t>(c));
}

std::u32string points_of(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += core::next_utf8(text, at).value_or(0xFFFD);
  return out;
}

bool is_space(char32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_word(char32_t c) { return c == '_' || ::iswalnum_l(static_cast<wint_t>(c), unicode()); }
bool is_letter(char32_t c) { return is_word(c) && !::iswdigit_l(static_cast<wint_t>(c), unicode()); }
bool is_word_punctuation(char32_t c) { return is_word(c) || std::u32string_view(U"!\"'&.,?").find(c) != std::u32string_view::npos; }

/// Cuts text into the pieces between which a line may break.
class splitter {
public:
  explicit splitter(const std::u32string& text) : s_(text) {}

  std::deque<std::u32string> run() {
    std::deque<std::u32string> out;
    for (std::size_t at = 0; at < s_.size();) {
      auto end = piece_end(at);
      out.push_back(s_.substr(at, end - at));
      at = end;
    }
    return out;
  }

private:
  char32_t at(std::size_t i) const { return i < s_.size() ? s_[i] : U' '; }
  bool letter(std::size_t i) const { return i < s_.size() && is_letter(s_[i]); }

  /// The end of two or more dashes at `i` that a word follows; `i` where there are none.
  std::size_t dashes_end(std::size_t i) const {
    auto end = i;
    while (end < s_.size() && s_[end] == '-') ++end;
    return end - i >= 2 && end < s_.size() && is_word(s_[end]) ? end : i;
  }
  bool dash_after_word(std::size_t i) const { return i > 0 && is_word_punctuation(s_[i - 1]) && dashes_end(i) > i; }

  /// A hyphen at `i` inside a word: two letters, or letter-hyphen-letter, before it and a letter soon after.
  bool breaks_at_hyphen(std::size_t i) const {
    if (at(i) != '-' || i < 2 || !letter(i - 1)) return false;
    bool before = letter(i - 2) || (i >= 3 && s_[i - 2] == '-' && letter(i - 3));
    if (!before || !letter(i + 1)) return false;
    return letter(i + 2) || (at(i + 2) == '-' && letter(i + 3));
  }

  std::size_t piece_end(std::size_t from) const {
    auto end = from;
    if (is_space(s_[from])) {
      while (end < s_.size() && is_space(s_[end])) ++end;
      return end;
    }
    if (dash_after_word(from)) return dashes_end(from);
    for (end = from + 1;; ++end) {
      if (breaks_at_hyphen(end)) return end + 1;
      if (end >= s_.size() || is_space(s_[end]) || dash_after_word(end)) return end;
    }
  }

  const std::u32string& s_;
};

bool blank(const std::u32string& s) { return std::all_of(s.begin(), s.end(), is_space); }

std::size_t size_of(const std::vector<std::u32string>& line) {
  std::size_t n = 0;
  for (auto& piece : line) n += piece.size();
  return n;
}

/// Moves as much of a piece that fits no line as this line still takes, up to the last hyphen where there is one.
void cut_long(std::deque<std::u32string>& rest, std::vector<std::u32string>& line, std::size_t room) {
  auto& piece = rest.front();
  auto end = std::min(room, piece.size());
  if (piece.size() > room && room > 0) {
    auto hyphen = piece.rfind('-', room - 1);
    if (hyphen != piece.npos && hyphen > 0 && piece.find_first_not_of(U'-') < hyphen) end = hyphen + 1;
  }
  line.push_back(piece.substr(0, end));
  piece.erase(0, end);
}

/// Python's str.expandtabs(), then every kind of white space as a blank.
std::u32string munged(std::string_view text) {
  std::u32string out;
  std::size_t column = 0;
  for (auto c : points_of(text)) {
    if (c == '\t') {
      auto n = 8 - column % 8;
      out.append(n, U' ');
      column += n;
      continue;
    }
    column = c == '\n' || c == '\r' ? 0 : column + 1;
    out += is_space(c) ? U' ' : c;
  }
  return out;
}

} // namespace

int point_width(std::uint32_t c) {
  in_unicode scope;
  return width_here(c);
}

unsigned text_width(std::string_view text) {
  in_unicode scope;
  bool printable = true;
  int width = 0;
  auto points = points_of(text);
  for (auto c : points) {
    int w = c == 0 ? -1 : width_here(c);
    printable = printable && w >= 0;
    width += std::max(w, 0);
  }
  if (printable) return static_cast<unsigned>(width);
  // Backspace, delete, cancel and escape count as taking one back.
  for (auto c : points)
    if (c == 0x08 || c == 0x7F || c == 0x94 || c == 0x1B) --width;
  return static_cast<unsigned>(std::max(width, 0));
}

std::string wrap_text(std::string_view text, unsigned columns, bool drop_whitespace) {
  in_unicode scope;
  auto whole = munged(text);
  auto rest = splitter(whole).run();
  std::size_t width = std::max(columns, 1u);
  std::string out;
  bool first = true;
  while (!rest.empty()) {
    std::vector<std::u32string> line;
    if (drop_whitespace && !first && blank(rest.front())) rest.pop_front();
    while (!rest.empty() && size_of(line) + rest.front().size() <= width) {
      line.push_back(std::move(rest.front()));
      rest.pop_front();
    }
    if (!rest.empty() && rest.front().size() > width) cut_long(rest, line, width - size_of(line));
    if (drop_whitespace && !line.empty() && blank(line.back())) line.pop_back();
    if (line.empty()) continue;
    if (!first) out += '\n';
    first = false;
    for (auto& piece : line)
      for (auto c : piece) core::append_utf8(out, c);
  }
  return out;
}

} // namespace mito::report

#include "templating/lexer.hpp"

#include <algorithm>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/literals.hpp"
#include "templating/unicode.hpp"

namespace mito::templating {

namespace {

bool blank(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}
bool digit(char c) {
  return c >= '0' && c <= '9';
}
/// Python's \w, with every non-ASCII letter taken for one.
bool word(char c) {
  return digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

enum class tag : std::uint8_t { none, raw, block, variable, comment, line_statement, line_comment };

struct opening {
  tag what = tag::none;
  std::size_t at = 0;   ///< where the delimiter starts
  std::size_t size = 0; ///< of the delimiter with its sign
  char sign = 0;        ///< '-', '+' or 0
};

class lexer {
public:
  lexer(token_list& out, std::string_view text, const syntax& rules, bool raw)
      : rules_(rules), out_(out), raw_(raw) {
    normalize(text);
    src_ = out_.source;
  }

  void run(bool bare) {
    if (bare) {
      inside(tag::none);
    } else {
      while (at_ < src_.size() && !failed_)
        if (!root()) break;
    }
    if (!failed_) push(token_kind::end, at_, at_);
  }

private:
  void normalize(std::string_view text) {
    auto& s = out_.source;
    s.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\r') {
        s += '\n';
        if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
      } else {
        s += text[i];
      }
    }
    if (!rules_.keep_trailing_newline && s.ends_with('\n')) s.pop_back();
  }

  /// Moves the line counter up to `at`.
  void sync(std::size_t at) {
    for (; counted_ < at; ++counted_)
      if (src_[counted_] == '\n') {
        ++line_;
        line_start_ = counted_ + 1;
      }
  }

  token& push(token_kind kind, std::size_t from, std::size_t to) {
    sync(from);
    token t;
    t.kind = kind;
    t.text = src_.substr(from, to - from);
    t.line = line_;
    t.column =
        static_cast<std::uint32_t>(core::count_code_points(src_.substr(line_start_, from - line_start_))) + 1;
    t.offset = from;
    t.size = to - from;
    out_.tokens.push_back(std::move(t));
    return out_.tokens.back();
  }

  bool fail(std::string message, std::size_t at) {
    failed_ = true;
    push(token_kind::error, std::min(at, src_.size()), std::min(at, src_.size()));
    out_.message = std::move(message);
    out_.tokens.back().text = {};
    return false;
  }

  bool here(std::size_t at, std::string_view what) const {
    return !what.empty() && src_.substr(at).starts_with(what);
  }
  std::size_t skip_blank(std::size_t at) const {
    while (at < src_.size()) {
      if (blank(src_[at])) {
        ++at;
        continue;
      }
      if (!(src_[at] & 0x80)) break;
      auto next = at;
      auto c = core::next_utf8(src_, next);
      if (!c || !is_space(*c)) break;
      at = next;
    }
    return at;
  }
  /// A letter of a name: Python's \w, of which non-ASCII blanks are none.
  bool word_at(std::size_t at) const {
    return word(src_[at]) && (!(src_[at] & 0x80) || skip_blank(at) == at);
  }

  char sign_at(std::size_t at) const {
    return at < src_.size() && (src_[at] == '-' || src_[at] == '+') ? src_[at] : 0;
  }

  /// `{% raw %}` with its blanks; 0 when there is none at `at`.
  std::size_t raw_begin(std::size_t at, char& sign) const {
    if (!here(at, rules_.block_start)) return 0;
    std::size_t p = at + rules_.block_start.size();
    sign = sign_at(p);
    if (sign) ++p;
    p = skip_blank(p);
    if (!here(p, "raw")) return 0;
    p = skip_blank(p + 3);
    if (here(p, "-") && here(p + 1, rules_.block_end))
      return skip_blank(p + 1 + rules_.block_end.size()) - at;
    return here(p, rules_.block_end) ? p + rules_.block_end.size() - at : 0;
  }

  bool only_blanks_before(std::size_t at, std::size_t& from) const {
    from = at;
    while (from > 0 && (src_[from - 1] == ' ' || src_[from - 1] == '\t' || src_[from - 1] == '\v')) --from;
    return from == 0 || src_[from - 1] == '\n';
  }

  /// The delimiter that starts at `at`, the longest first.
  opening opening_at(std::size_t at) const {
    opening o;
    if (auto size = raw_begin(at, o.sign)) return {tag::raw, at, size, o.sign};
    auto consider = [&](tag what, const std::string& mark) {
      if (mark.size() > o.size && here(at, mark)) o = {what, at, mark.size(), 0};
    };
    consider(tag::variable, rules_.variable_start);
    consider(tag::comment, rules_.comment_start);
    consider(tag::block, rules_.block_start);
    if (o.what != tag::none) {
      o.sign = sign_at(at + o.size);
      if (o.sign) ++o.size;
    }
    std::size_t from;
    const auto &comment = rules_.line_comment_prefix, &statement = rules_.line_statement_prefix;
    if (comment.size() > o.size && here(at, comment)) return {tag::line_comment, at, comment.size(), 0};
    if (statement.size() > o.size && here(at, statement) && only_blanks_before(at, from) && from >= at_)
      return {tag::line_statement, at, statement.size(), 0};
    return o;
  }

  opening find_opening() const {
    const char firsts[] = {rules_.block_start[0], rules_.variable_start[0], rules_.comment_start[0],
                           rules_.line_statement_prefix.empty() ? '\0' : rules_.line_statement_prefix[0],
                           rules_.line_comment_prefix.empty() ? '\0' : rules_.line_comment_prefix[0]};
    for (std::size_t at = at_; at < src_.size(); ++at) {
      if (std::find(firsts, firsts + 5, src_[at]) == firsts + 5) continue;
      auto o = opening_at(at);
      if (o.what != tag::none) return o;
    }
    return {};
  }

  void data(std::size_t from, std::size_t to) {
    if (from >= to) return;
    auto& t = push(token_kind::data, from, to);
    if (rules_.newline_sequence == "\n") {
      t.val = core::value(t.text, core::trust::source);
      return;
    }
    std::string s;
    for (char c : t.text) c == '\n' ? s += rules_.newline_sequence : s += c;
    t.val = core::value(s, core::trust::source);
  }

  /// Where the text before an opening tag ends, once its sign and lstrip_blocks are heeded.
  std::size_t data_end(const opening& o) const {
    std::size_t end = o.at, from;
    if (o.what == tag::line_statement || o.what == tag::line_comment) {
      while (end > at_ && (src_[end - 1] == ' ' || src_[end - 1] == '\t' || src_[end - 1] == '\v')) --end;
      return end;
    }
    if (o.sign == '-') {
      while (end > at_ && blank(src_[end - 1])) --end;
    } else if (o.sign != '+' && rules_.lstrip_blocks && o.what != tag::variable) {
      std::size_t line = end;
      while (line > at_ && src_[line - 1] != '\n') --line;
      bool whole = true;
      for (from = line; from < end; ++from) whole = whole && blank(src_[from]);
      if (whole && end > line && (line > at_ || line_starting_)) end = line;
    }
    return end;
  }

  bool root() {
    auto o = find_opening();
    if (o.what == tag::none) {
      data(at_, src_.size());
      at_ = src_.size();
      return false;
    }
    data(at_, data_end(o));
    at_ = o.at + o.size;
    switch (o.what) {
    case tag::raw:
      return raw(o);
    case tag::comment:
      return comment();
    case tag::line_comment:
      while (at_ < src_.size() && src_[at_] != '\n') ++at_;
      line_starting_ = false;
      return true;
    case tag::variable:
      push(token_kind::variable_begin, o.at, at_);
      break;
    default:
      push(token_kind::block_begin, o.at, at_);
      break;
    }
    line_starting_ = false;
    return inside(o.what);
  }

  /// Length of a closing tag of the form `-END\s*`, `+END` or `END\n?` at `at`; 0 when there is none.
  std::size_t closing(std::size_t at, const std::string& end, bool variable) const {
    if (here(at, "-") && here(at + 1, end)) return skip_blank(at + 1 + end.size()) - at;
    if (!variable && here(at, "+") && here(at + 1, end)) return end.size() + 1;
    if (!here(at, end)) return 0;
    std::size_t after = at + end.size();
    if (!variable && rules_.trim_blocks && here(after, "\n")) ++after;
    return after - at;
  }

  bool comment() {
    for (std::size_t p = at_; p < src_.size(); ++p)
      if (auto size = closing(p, rules_.comment_end, false)) {
        at_ = p + size;
        line_starting_ = src_[at_ - 1] == '\n';
        return true;
      }
    return at_ < src_.size() && fail("Missing end of comment tag", at_);
  }

  bool raw(const opening&) {
    for (std::size_t p = src_.find(rules_.block_start, at_); p != src_.npos;
         p = src_.find(rules_.block_start, p + 1)) {
      std::size_t q = p + rules_.block_start.size();
      opening o{tag::raw, p, 0, sign_at(q)};
      if (o.sign) ++q;
      q = skip_blank(q);
      if (!here(q, "endraw")) continue;
      q = skip_blank(q + 6);
      auto size = closing(q, rules_.block_end, false);
      if (!size) continue;
      line_starting_ = src_[at_ - 1] == '\n';
      data(at_, data_end(o));
      at_ = q + size;
      line_starting_ = src_[at_ - 1] == '\n';
      return true;
    }
    return at_ < src_.size() && fail("Missing end of raw directive", at_);
  }

  bool at_end_of_tag(tag what) {
    std::size_t size = 0;
    auto kind = what == tag::variable ? token_kind::variable_end : token_kind::block_end;
    if (what == tag::variable) {
      size = closing(at_, rules_.variable_end, true);
    } else if (what == tag::block) {
      size = closing(at_, rules_.block_end, false);
    } else if (what == tag::line_statement) {
      std::size_t p = at_;
      while (p < src_.size() && blank(src_[p]) && src_[p] != '\n') ++p;
      if (p < src_.size() && src_[p] != '\n') return false;
      size = p < src_.size() ? p + 1 - at_ : p - at_;
      push(kind, at_, at_ + size);
      at_ += size;
      line_starting_ = true;
      return true;
    }
    if (!size) return false;
    push(kind, at_, at_ + size);
    at_ += size;
    line_starting_ = src_[at_ - 1] == '\n';
    return true;
  }

  /// The tokens of one tag, up to and with its end.
  bool inside(tag what) {
    brackets_.clear();
    for (;;) {
      if (brackets_.empty() && what != tag::none && at_end_of_tag(what)) return true;
      auto from = at_;
      at_ = skip_blank(at_);
      if (what == tag::line_statement && brackets_.empty()) {
        at_ = from;
        while (at_ < src_.size() && blank(src_[at_]) && src_[at_] != '\n') ++at_;
      }
      if (at_ > from) continue;
      if (at_ >= src_.size()) return what == tag::none;
      if (!one_token()) return false;
    }
  }

  bool one_token() {
    char c = src_[at_];
    if (digit(c)) return number();
    if (word_at(at_)) {
      auto from = at_;
      while (at_ < src_.size() && word_at(at_)) ++at_;
      push(token_kind::name, from, at_);
      return true;
    }
    if (c == '"' || c == '\'') return string(c);
    return operation();
  }

  /// Digits with single underscores between them.
  std::size_t digits_end(std::size_t p) const {
    while (p < src_.size() &&
           (digit(src_[p]) || (src_[p] == '_' && p + 1 < src_.size() && digit(src_[p + 1]))))
      ++p;
    return p;
  }

  /// Digits of base 2, 8 or 16, each with an underscore before it or not.
  std::size_t based_end(std::size_t p, unsigned base) const {
    auto is_digit = [&](std::size_t at) {
      if (at >= src_.size()) return false;
      char c = src_[at];
      if (base == 16 && ((c | 32) >= 'a' && (c | 32) <= 'f')) return true;
      return c >= '0' && c <= (base == 2 ? '1' : base == 8 ? '7' : '9');
    };
    while (is_digit(p) || (p < src_.size() && src_[p] == '_' && is_digit(p + 1))) ++p;
    return p;
  }

  bool real_end(std::size_t& p) const {
    if (at_ > 0 && src_[at_ - 1] == '.') return false;
    p = digits_end(at_);
    bool fraction = false;
    if (p + 1 < src_.size() && src_[p] == '.' && digit(src_[p + 1])) {
      p = digits_end(p + 1);
      fraction = true;
    }
    if (p < src_.size() && (src_[p] == 'e' || src_[p] == 'E')) {
      std::size_t q = p + 1;
      if (q < src_.size() && (src_[q] == '+' || src_[q] == '-')) ++q;
      if (q < src_.size() && digit(src_[q])) {
        p = digits_end(q);
        return true;
      }
    }
    return fraction;
  }

  bool number() {
    std::size_t p = 0;
    bool is_real = real_end(p);
    unsigned base = 10;
    std::size_t from = at_;
    if (!is_real) {
      char mark = at_ + 1 < src_.size() ? static_cast<char>(src_[at_ + 1] | 32) : '\0';
      base = src_[at_] != '0' ? 10 : mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
      if (base != 10 && (p = based_end(at_ + 2, base)) == at_ + 2) base = 10;
      if (base != 10) {
        // read already
      } else if (src_[at_] == '0') {
        p = at_ + 1;
        while (p < src_.size() && (src_[p] == '0' || (src_[p] == '_' && here(p + 1, "0")))) ++p;
      } else {
        p = digits_end(at_);
      }
    }
    std::string digits;
    for (char c : src_.substr(from, p - from))
      if (c != '_') digits += c;
    auto val = is_real ? core::value(std::strtod(digits.c_str(), nullptr)) : core::value();
    if (!is_real) {
      auto read = core::integer_from_digits(
          base == 10 ? std::string_view(digits) : std::string_view(digits).substr(2), base);
      if (!read) return fail("invalid integer literal", at_);
      val = *read;
    }
    push(is_real ? token_kind::real : token_kind::integer, from, p).val = val;
    at_ = p;
    return true;
  }

  bool string(char quote) {
    std::size_t p = at_ + 1;
    while (p < src_.size() && src_[p] != quote) p += src_[p] == '\\' ? 2 : 1;
    if (p >= src_.size()) return unexpected();
    std::string text;
    if (auto why = raw_ ? std::string_view() : unescape(src_.substr(at_ + 1, p - at_ - 1), text); !why.empty())
      return fail(std::string(why), at_);
    push(token_kind::string, at_, p + 1).val = core::value(text, core::trust::source);
    at_ = p + 1;
    return true;
  }

  bool unexpected() {
    std::size_t next = at_;
    core::next_utf8(src_, next);
    std::string message = "unexpected char ";
    core::append_repr(message, src_.substr(at_, next - at_));
    message += " at ";
    core::append_uint(message, core::count_code_points(src_.substr(0, at_)));
    return fail(std::move(message), at_);
  }

  bool operation() {
    static constexpr std::string_view longer[] = {"//", "**", "==", "!=", ">=", "<="};
    std::size_t size = 1;
    for (auto op : longer)
      if (here(at_, op)) size = 2;
    char c = src_[at_];
    if (size == 1 && std::string_view("+-/*%~[](){}><=.:|,;").find(c) == std::string_view::npos)
      return unexpected();
    if (c == '{' || c == '(' || c == '[') {
      brackets_ += c == '{' ? '}' : c == '(' ? ')' : ']';
    } else if (c == '}' || c == ')' || c == ']') {
      if (brackets_.empty()) return fail(std::string("unexpected '") + c + "'", at_);
      char expected = brackets_.back();
      brackets_.pop_back();
      if (expected != c) return fail(std::string("unexpected '") + c + "', expected '" + expected + "'", at_);
    }
    push(token_kind::op, at_, at_ + size);
    at_ += size;
    return true;
  }

  const syntax& rules_;
  token_list& out_;
  std::string_view src_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0, line_start_ = 0;
  std::uint32_t line_ = 1;
  bool line_starting_ = true;
  bool failed_ = false;
  bool raw_; ///< strings keep their escapes
  std::string brackets_;
};

} // namespace

void tokenize(token_list& out, std::string_view text, const syntax& rules, bool bare) {
  lexer(out, text, rules, false).run(bare);
}

std::string escape_backslashes(std::string_view text, const syntax& rules) {
  if (text.find('\\') == text.npos || text.find("{{") == text.npos) return std::string(text);
  auto keep = rules;
  keep.keep_trailing_newline = true;
  token_list lexed;
  lexer(lexed, text, keep, true).run(false);
  std::string out;
  std::size_t copied = 0;
  bool in_variable = false;
  for (auto& t : lexed.tokens) {
    if (t.kind == token_kind::variable_begin) in_variable = true;
    if (t.kind == token_kind::variable_end) in_variable = false;
    if (!in_variable || t.kind != token_kind::string) continue;
    out.append(lexed.source, copied, t.offset - copied);
    for (char c : std::string_view(lexed.source).substr(t.offset, t.size)) out.append(c == '\\' ? 2 : 1, c);
    copied = t.offset + t.size;
  }
  out.append(lexed.source, copied, lexed.source.size() - copied);
  return out;
}

std::string describe(const token& t) {
  switch (t.kind) {
  case token_kind::data:
    return "template data / text";
  case token_kind::variable_begin:
    return "begin of print statement";
  case token_kind::variable_end:
    return "end of print statement";
  case token_kind::block_begin:
    return "begin of statement block";
  case token_kind::block_end:
    return "end of statement block";
  case token_kind::string:
    return "string";
  case token_kind::integer:
    return "integer";
  case token_kind::real:
    return "float";
  case token_kind::end:
    return "end of template";
  default:
    return std::string(t.text);
  }
}

} // namespace mito::templating

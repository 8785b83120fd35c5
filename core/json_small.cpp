// A JSON reader of a few kilobytes of code, for the agent.
#include <cstdlib>
#include <limits>

#include "core/json.hpp"
#include "core/text.hpp"

namespace mito::core {

namespace {

class reader {
public:
  reader(std::string_view text, const json_limits& limits) : text_(text), limits_(limits) {}

  expected<value> document() {
    value v;
    if (!read(v, 0)) return fail();
    blanks();
    if (at_ != text_.size()) {
      why_ = "trailing text after the document";
      return fail();
    }
    return v;
  }

private:
  error fail() {
    std::string message = "not JSON: ";
    message += why_ ? why_ : "unexpected character";
    message += " at offset ";
    append_uint(message, at_);
    return error(std::move(message));
  }
  bool refuse(const char* why) {
    if (!why_) why_ = why;
    return false;
  }
  void blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool word(std::string_view w) {
    if (!text_.substr(at_).starts_with(w)) return refuse("unknown word");
    at_ += w.size();
    return true;
  }

  bool read(value& v, std::uint32_t depth) {
    if (depth > limits_.depth) return refuse("nested too deeply");
    blanks();
    if (at_ >= text_.size()) return refuse("it ends too early");
    constexpr double inf = std::numeric_limits<double>::infinity();
    switch (text_[at_]) {
    case '{':
      return read_dict(v, depth);
    case '[':
      return read_list(v, depth);
    case '"': {
      std::string s;
      if (!read_text(s)) return false;
      v = value(s, limits_.trust);
      return true;
    }
    case 't':
      v = true;
      return word("true");
    case 'f':
      v = false;
      return word("false");
    case 'n':
      v = {};
      return word("null");
    case 'N':
      v = std::numeric_limits<double>::quiet_NaN();
      return word("NaN");
    case 'I':
      v = inf;
      return word("Infinity");
    default:
      if (text_.substr(at_).starts_with("-I")) {
        v = -inf;
        return word("-Infinity");
      }
      return read_number(v);
    }
  }

  bool read_list(value& v, std::uint32_t depth) {
    list items;
    ++at_;
    blanks();
    if (at_ < text_.size() && text_[at_] == ']') {
      ++at_;
      v = std::move(items);
      return true;
    }
    for (;;) {
      if (!read(items.emplace_back(), depth + 1)) return false;
      blanks();
      if (at_ >= text_.size()) return refuse("a list is not closed");
      char c = text_[at_++];
      if (c == ']') break;
      if (c != ',') return refuse("',' or ']' expected");
    }
    v = std::move(items);
    return true;
  }

  bool read_dict(value& v, std::uint32_t depth) {
    dict members;
    ++at_;
    blanks();
    if (at_ < text_.size() && text_[at_] == '}') {
      ++at_;
      v = std::move(members);
      return true;
    }
    for (;;) {
      blanks();
      if (at_ >= text_.size() || text_[at_] != '"') return refuse("a key in quotes expected");
      std::string key;
      if (!read_text(key)) return false;
      blanks();
      if (at_ >= text_.size() || text_[at_] != ':') return refuse("':' expected");
      ++at_;
      value member;
      if (!read(member, depth + 1)) return false;
      members.set_key(value(key, limits_.trust), std::move(member));
      blanks();
      if (at_ >= text_.size()) return refuse("a dict is not closed");
      char c = text_[at_++];
      if (c == '}') break;
      if (c != ',') return refuse("',' or '}' expected");
    }
    v = std::move(members);
    return true;
  }

  bool hex4(std::uint32_t& out) {
    if (text_.size() - at_ < 4) return refuse("a \\u escape is cut short");
    out = 0;
    for (int i = 0; i < 4; ++i) {
      char c = text_[at_++];
      std::uint32_t digit = c >= '0' && c <= '9'   ? static_cast<std::uint32_t>(c - '0')
                            : c >= 'a' && c <= 'f' ? static_cast<std::uint32_t>(c - 'a' + 10)
                            : c >= 'A' && c <= 'F' ? static_cast<std::uint32_t>(c - 'A' + 10)
                                                   : 16;
      if (digit > 15) return refuse("a \\u escape needs four hexadecimal digits");
      out = out << 4 | digit;
    }
    return true;
  }

  bool read_escape(std::string& out) {
    if (at_ >= text_.size()) return refuse("a string is not closed");
    char c = text_[at_++];
    switch (c) {
    case 'n':
      out += '\n';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 'b':
      out += '\b';
      return true;
    case 'f':
      out += '\f';
      return true;
    case '"':
    case '\\':
    case '/':
      out += c;
      return true;
    case 'u':
      break;
    default:
      return refuse("unknown escape");
    }
    std::uint32_t unit, low;
    if (!hex4(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_).starts_with("\\u")) {
      auto back = at_;
      at_ += 2;
      if (!hex4(low)) return false;
      if (low >= 0xDC00 && low < 0xE000)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = back;
    }
    if (unit >= 0xDC80 && unit <= 0xDCFF)
      out += static_cast<char>(unit & 0xFF);
    else
      append_utf8(out, unit);
    return true;
  }

  bool read_text(std::string& out) {
    ++at_;
    for (;;) {
      auto from = at_;
      while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\') {
        if (static_cast<unsigned char>(text_[at_]) < 0x20) return refuse("a control character in a string");
        ++at_;
      }
      auto run = text_.substr(from, at_ - from);
      if (is_utf8(run))
        out += run;
      else
        out += to_valid_utf8(run);
      if (at_ >= text_.size()) return refuse("a string is not closed");
      if (text_[at_++] == '"') return true;
      if (!read_escape(out)) return false;
    }
  }

  bool digits() {
    auto from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ > from || refuse("unexpected character");
  }

  bool read_number(value& v) {
    auto from = at_;
    if (text_[at_] == '-') ++at_;
    auto first = at_;
    if (!digits()) return false;
    if (text_[first] == '0' && at_ - first > 1) return refuse("a number with a leading zero");
    bool real = false;
    if (at_ < text_.size() && text_[at_] == '.') {
      real = true;
      ++at_;
      if (!digits()) return false;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      real = true;
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!digits()) return false;
    }
    auto number = text_.substr(from, at_ - from);
    if (number.size() > 4300) return refuse("a number of too many digits");
    if (real)
      v = std::strtod(std::string(number).c_str(), nullptr);
    else
      v = value::big_integer(number);
    return true;
  }

  std::string_view text_;
  const json_limits& limits_;
  std::size_t at_ = 0;
  const char* why_ = nullptr;
};

} // namespace

expected<value> parse_json(std::string_view text, const json_limits& limits) {
  if (text.size() > limits.bytes) return error("not JSON: the text is longer than allowed");
  return reader(text, limits).document();
}

} // namespace mito::core

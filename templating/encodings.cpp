#include "templating/encodings.hpp"

#include <cstdio>

#include "core/text.hpp"

namespace mito::templating {

namespace {

enum class family : std::uint8_t { none, utf8, ascii, latin1, utf16, utf32 };

struct encoding {
  std::string_view name; ///< as errors show it
  family kind;
  bool mark = false, big = false; ///< byte order mark, big endian
};

constexpr std::pair<std::string_view, encoding> known[] = {
    {"utf8", {"utf-8", family::utf8}},           {"u8", {"utf-8", family::utf8}},
    {"utf8sig", {"utf-8-sig", family::utf8, true}}, {"ascii", {"ascii", family::ascii}},
    {"usascii", {"ascii", family::ascii}},       {"latin1", {"latin-1", family::latin1}},
    {"iso88591", {"latin-1", family::latin1}},   {"l1", {"latin-1", family::latin1}},
    {"utf16", {"utf-16", family::utf16, true}},  {"utf16le", {"utf-16-le", family::utf16}},
    {"utf16be", {"utf-16-be", family::utf16, false, true}}, {"utf32", {"utf-32", family::utf32, true}},
    {"utf32le", {"utf-32-le", family::utf32}},   {"utf32be", {"utf-32-be", family::utf32, false, true}},
};

encoding find(machine& m, std::string_view name) {
  std::string plain;
  for (char c : core::lower(name))
    if (c != '-' && c != '_' && c != ' ') plain += c;
  for (auto& [alias, e] : known)
    if (alias == plain) return e;
  m.fail("value", "unknown encoding: " + std::string(name));
  return {{}, family::none};
}

void append_unit(std::string& out, std::uint32_t unit, unsigned bytes, bool big) {
  for (unsigned i = 0; i < bytes; ++i)
    out += static_cast<char>(unit >> (big ? (bytes - 1 - i) * 8 : i * 8) & 0xFF);
}

std::string shown(std::uint32_t c) {
  char text[12];
  std::snprintf(text, sizeof text, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x",
                static_cast<unsigned>(c));
  return text;
}

/// What stands for a code point that the encoding lacks.
bool substitute(machine& m, std::string& out, std::uint32_t c, std::string_view errors) {
  if (errors == "ignore") return true;
  if (errors == "replace") return out += '?', true;
  if (errors == "backslashreplace") return out += shown(c), true;
  if (errors == "xmlcharrefreplace") return out += "&#" + std::to_string(c) + ";", true;
  if (errors == "strict" || errors.starts_with("surrogate")) return false;
  m.fail("value", "unknown error handler name '" + std::string(errors) + "'");
  return true;
}

std::string narrow(machine& m, std::string_view s, const encoding& e, std::string_view errors) {
  const std::uint32_t end = e.kind == family::ascii ? 0x80 : 0x100;
  std::string out;
  std::size_t position = 0;
  for (std::size_t at = 0; at < s.size() && !m.failed(); ++position) {
    auto c = core::next_utf8(s, at).value_or(0xFFFD);
    if (c < end) {
      out += static_cast<char>(c);
      continue;
    }
    if (substitute(m, out, c, errors)) continue;
    auto last = position;
    for (auto ahead = at; ahead < s.size() && core::next_utf8(s, ahead).value_or(0xFFFD) >= end;) ++last;
    m.fail("value", "'" + std::string(e.name) + "' codec can't encode character" +
                        (last > position ? "s in position " + std::to_string(position) + "-" + std::to_string(last)
                                         : " '" + shown(c) + "' in position " + std::to_string(position)) +
                        ": ordinal not in range(" + std::to_string(end) + ")");
  }
  return out;
}

/// Units of 16 or 32 bits to text.
std::string widened(machine& m, std::string_view b, const encoding& e, std::string_view errors) {
  const unsigned width = e.kind == family::utf16 ? 2 : 4;
  bool big = e.big;
  std::size_t at = 0;
  auto unit = [&](std::size_t from) {
    std::uint32_t u = 0;
    for (unsigned i = 0; i < width; ++i)
      u |= static_cast<std::uint32_t>(static_cast<unsigned char>(b[from + i])) << (big ? (width - 1 - i) * 8 : i * 8);
    return u;
  };
  if (e.mark && b.size() >= width) {
    if (unit(0) == 0xFEFF) at = width;
    else if (unit(0) == (width == 2 ? 0xFFFEu : 0xFFFE0000u)) big = true, at = width;
  }
  std::string out;
  while (at + width <= b.size()) {
    auto u = unit(at);
    at += width;
    if (width == 2 && u >= 0xD800 && u < 0xDC00 && at + 2 <= b.size() && (unit(at) & 0xFC00) == 0xDC00) {
      u = 0x10000 + ((u - 0xD800) << 10) + (unit(at) - 0xDC00);
      at += 2;
    }
    core::append_utf8(out, u);
  }
  bool escaped = errors == "surrogateescape" && at < b.size() && (b[at] & 0x80);
  if (escaped) {
    core::append_utf8(out, 0xFFFD);
  } else if (at < b.size() && (errors == "strict" || errors == "surrogateescape")) {
    char byte[8];
    std::snprintf(byte, sizeof byte, "%02x", static_cast<unsigned>(static_cast<unsigned char>(b[at])));
    m.fail("value", "'" + std::string(e.name) + "' codec can't decode byte 0x" + byte + " in position " +
                        std::to_string(at) + ": truncated data");
  }
  return out;
}

} // namespace

std::string encoded(machine& m, std::string_view s, std::string_view encoding_name, std::string_view errors) {
  auto e = find(m, encoding_name);
  if (e.kind == family::none) return {};
  if (e.kind == family::utf8) return (e.mark ? "\xEF\xBB\xBF" : "") + std::string(s);
  if (e.kind == family::ascii || e.kind == family::latin1) return narrow(m, s, e, errors);
  std::string out;
  const unsigned width = e.kind == family::utf16 ? 2 : 4;
  if (e.mark) append_unit(out, 0xFEFF, width, e.big);
  for (std::size_t at = 0; at < s.size();) {
    auto c = core::next_utf8(s, at).value_or(0xFFFD);
    if (width == 2 && c > 0xFFFF) {
      append_unit(out, 0xD800 + ((c - 0x10000) >> 10), 2, e.big);
      c = 0xDC00 + ((c - 0x10000) & 0x3FF);
    }
    append_unit(out, c, width, e.big);
  }
  return out;
}

std::string decoded(machine& m, std::string_view b, std::string_view encoding_name, std::string_view errors) {
  auto e = find(m, encoding_name);
  std::string out;
  switch (e.kind) {
  case family::none:
    return out;
  case family::utf16:
  case family::utf32:
    return widened(m, b, e, errors);
  case family::utf8:
    if (e.mark && b.starts_with("\xEF\xBB\xBF")) b.remove_prefix(3);
    break;
  case family::latin1:
    for (char c : b) core::append_utf8(out, static_cast<unsigned char>(c));
    return out;
  case family::ascii:
    break;
  }
  for (std::size_t at = 0; at < b.size();) {
    auto from = at;
    auto c = core::next_utf8(b, at);
    if (c && (e.kind == family::utf8 || *c < 0x80)) {
      out += b.substr(from, at - from);
      continue;
    }
    if (errors == "strict") {
      char byte[8];
      std::snprintf(byte, sizeof byte, "%02x", static_cast<unsigned>(static_cast<unsigned char>(b[from])));
      auto first = static_cast<unsigned char>(b[from]);
      bool lead = first >= 0xC2 && first < 0xF5;
      m.fail("value", "'" + std::string(e.name) + "' codec can't decode byte 0x" + byte + " in position " +
                          std::to_string(from) + ": " +
                          (e.kind == family::ascii     ? "ordinal not in range(128)"
                           : !lead                     ? "invalid start byte"
                           : from + 1 >= b.size()      ? "unexpected end of data"
                                                       : "invalid continuation byte"));
      return {};
    }
    if (errors != "ignore") out += "\xEF\xBF\xBD";
    at = from + 1;
  }
  return out;
}

} // namespace mito::templating

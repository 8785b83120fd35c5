#include "templating/digest.hpp"

namespace mito::templating {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
} // namespace

std::string hex(std::string_view raw) {
  std::string out;
  for (char c : raw) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string base64_encode(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); i += 3) {
    unsigned v = 0;
    for (std::size_t j = 0; j < 3; ++j)
      v = v << 8 | (i + j < raw.size() ? static_cast<unsigned char>(raw[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j) out += i + j <= raw.size() ? alphabet[v >> (18 - 6 * j) & 63] : '=';
  }
  return out;
}

std::optional<std::string> base64_decode(std::string_view text, std::size_t* symbols) {
  std::string out;
  unsigned v = 0, have = 0, padding = 0;
  for (char c : text) {
    if (c == '=') {
      if (have >= 2 && ++padding + have >= 4) break;
      continue;
    }
    auto at = alphabet.find(c);
    if (at == alphabet.npos) continue;
    padding = 0;
    if (symbols) ++*symbols;
    v = v << 6 | static_cast<unsigned>(at);
    if (++have < 4) continue;
    for (int shift : {16, 8, 0}) out += static_cast<char>(v >> shift & 255);
    v = have = 0;
  }
  if (have == 0) return out;
  if (have == 1 || padding + have < 4) return std::nullopt;
  v <<= 6 * (4 - have);
  out += static_cast<char>(v >> 16 & 255);
  if (have == 3) out += static_cast<char>(v >> 8 & 255);
  return out;
}

} // namespace mito::templating

#include "agent/inflate.hpp"

#include <cstdint>

namespace mito::agent {

namespace {

constexpr int longest_code = 15;

/// Bits of the packed text, lowest first. Past the end it gives zeros and is no longer good.
struct bit_reader {
  std::string_view text;
  std::size_t at = 0;
  std::uint32_t held = 0;
  int count = 0;
  bool good = true;

  unsigned take(int n) {
    while (count < n) {
      if (at >= text.size()) {
        good = false;
        return 0;
      }
      held |= std::uint32_t{static_cast<std::uint8_t>(text[at++])} << count;
      count += 8;
    }
    unsigned v = held & ((1u << n) - 1);
    held >>= n;
    count -= n;
    return v;
  }
};

/// A canonical Huffman code: how many symbols each length has, and the symbols in order.
struct huffman {
  std::uint16_t counts[longest_code + 1];
  std::uint16_t symbols[288];

  void build(const std::uint8_t* lengths, int n) {
    std::uint16_t offsets[longest_code + 1];
    for (auto& c : counts) c = 0;
    for (int i = 0; i < n; ++i) ++counts[lengths[i]];
    counts[0] = 0;
    offsets[0] = offsets[1] = 0;
    for (int i = 1; i < longest_code; ++i) offsets[i + 1] = static_cast<std::uint16_t>(offsets[i] + counts[i]);
    for (int i = 0; i < n; ++i)
      if (lengths[i]) symbols[offsets[lengths[i]]++] = static_cast<std::uint16_t>(i);
  }

  int next(bit_reader& bits) const {
    int code = 0, first = 0, index = 0;
    for (int length = 1; length <= longest_code; ++length) {
      code |= static_cast<int>(bits.take(1));
      int count = counts[length];
      if (code - count < first) return symbols[index + (code - first)];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    bits.good = false;
    return 256;
  }
};

struct unpacker {
  bit_reader bits;
  std::string out;
  std::size_t most;
  huffman literals, distances;

  bool stored() {
    bits.held = 0;
    bits.count = 0;
    std::size_t n = bits.take(16);
    bits.take(16);
    if (!bits.good || n > bits.text.size() - bits.at || out.size() + n > most) return false;
    out += bits.text.substr(bits.at, n);
    bits.at += n;
    return true;
  }

  void fixed_codes() {
    std::uint8_t lengths[288];
    for (int i = 0; i < 288; ++i) lengths[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
    literals.build(lengths, 288);
    for (int i = 0; i < 30; ++i) lengths[i] = 5;
    distances.build(lengths, 30);
  }

  bool sent_codes() {
    static constexpr std::uint8_t order[] = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
    int literal_count = static_cast<int>(bits.take(5)) + 257, distance_count = static_cast<int>(bits.take(5)) + 1;
    int length_count = static_cast<int>(bits.take(4)) + 4;
    if (literal_count > 286 || distance_count > 30) return false;
    std::uint8_t lengths[286 + 30 + 138] = {};
    for (int i = 0; i < length_count; ++i) lengths[order[i]] = static_cast<std::uint8_t>(bits.take(3));
    literals.build(lengths, 19);
    for (int n = 0; n < literal_count + distance_count;) {
      int symbol = literals.next(bits);
      if (!bits.good) return false;
      if (symbol < 16) {
        lengths[n++] = static_cast<std::uint8_t>(symbol);
        continue;
      }
      if (symbol == 16 && n == 0) return false;
      std::uint8_t value = symbol == 16 ? lengths[n - 1] : 0;
      unsigned repeat = symbol == 16 ? 3 + bits.take(2) : symbol == 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      while (repeat-- > 0) lengths[n++] = value;
    }
    literals.build(lengths, literal_count);
    distances.build(lengths + literal_count, distance_count);
    return bits.good;
  }

  /// Both tables of RFC 1951, 3.2.5, follow one pattern: so many codes, then one more extra bit.
  bool copy(int symbol) {
    unsigned length = 258;
    if (symbol < 8) {
      length = 3 + static_cast<unsigned>(symbol);
    } else if (symbol < 28) {
      int extra = (symbol >> 2) - 1;
      length = 3 + ((4u + (symbol & 3)) << extra) + bits.take(extra);
    }
    int code = distances.next(bits);
    if (!bits.good || code > 29 || symbol > 28) return false;
    std::size_t distance = static_cast<std::size_t>(code) + 1;
    if (code >= 4) {
      int extra = (code >> 1) - 1;
      distance = 1 + ((2u + (code & 1)) << extra) + bits.take(extra);
    }
    if (!bits.good || distance > out.size() || out.size() + length > most) return false;
    while (length-- > 0) out += out[out.size() - distance];
    return true;
  }

  bool coded() {
    for (;;) {
      int symbol = literals.next(bits);
      if (!bits.good) return false;
      if (symbol == 256) return true;
      if (symbol < 256) {
        if (out.size() >= most) return false;
        out += static_cast<char>(symbol);
      } else if (!copy(symbol - 257)) {
        return false;
      }
    }
  }

  bool run() {
    for (bool last = false; !last;) {
      last = bits.take(1);
      unsigned kind = bits.take(2);
      if (!bits.good || kind == 3) return false;
      if (kind == 0) {
        if (!stored()) return false;
        continue;
      }
      if (kind == 1)
        fixed_codes();
      else if (!sent_codes())
        return false;
      if (!coded()) return false;
    }
    return true;
  }
};

} // namespace

std::optional<std::string> gunzip(std::string_view packed, std::size_t most) {
  // No optional header fields: that is how images are packed (gzip -n).
  constexpr std::size_t header = 10;
  if (packed.size() < header || !packed.starts_with(std::string_view("\x1f\x8b\x08\0", 4))) return std::nullopt;
  unpacker u{.bits = {packed.substr(header)}, .out = {}, .most = most, .literals = {}, .distances = {}};
  if (!u.run()) return std::nullopt;
  return std::move(u.out);
}

} // namespace mito::agent

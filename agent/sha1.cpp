#include "agent/sha1.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mito::agent {

void sha1::block(const unsigned char* bytes) {
  std::uint32_t w[80];
  for (int t = 0; t < 16; ++t, bytes += 4)
    w[t] = std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
  for (int t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  auto [a, b, c, d, e] = state_;
  for (int t = 0; t < 80; ++t) {
    std::uint32_t f, k;
    if (t < 20) {
      f = (b & c) | (~b & d);
      k = 0x5a827999;
    } else if (t < 40 || t >= 60) {
      f = b ^ c ^ d;
      k = t < 40 ? 0x6ed9eba1 : 0xca62c1d6;
    } else {
      f = (b & c) | (b & d) | (c & d);
      k = 0x8f1bbcdc;
    }
    std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  std::uint32_t sum[5] = {a, b, c, d, e};
  for (int i = 0; i < 5; ++i) state_[i] += sum[i];
}

void sha1::add(std::string_view bytes) {
  total_ += bytes.size();
  while (!bytes.empty()) {
    if (fill_ == 0 && bytes.size() >= sizeof pending_) {
      block(reinterpret_cast<const unsigned char*>(bytes.data()));
      bytes.remove_prefix(sizeof pending_);
      continue;
    }
    std::size_t n = std::min(bytes.size(), sizeof pending_ - fill_);
    std::memcpy(pending_ + fill_, bytes.data(), n);
    bytes.remove_prefix(n);
    fill_ += n;
    if (fill_ < sizeof pending_) return;
    block(pending_);
    fill_ = 0;
  }
}

std::string sha1::hex() {
  std::uint64_t bits = total_ * 8;
  std::string padding(1, '\x80');
  while ((total_ + padding.size()) % 64 != 56) padding += '\0';
  for (int shift = 56; shift >= 0; shift -= 8) padding += static_cast<char>(bits >> shift);
  add(padding);
  std::string text;
  for (std::uint32_t word : state_)
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[word >> shift & 15];
  return text;
}

} // namespace mito::agent

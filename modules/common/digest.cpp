#include "modules/common/digest.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <type_traits>
#include <unistd.h>

namespace mito::modules {

namespace {

// FIPS 180-4: cube roots of the first 80 primes. SHA-256's constants are the upper halves of the first 64.
constexpr std::uint64_t rounds[80] = {
    0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc, 0x3956c25bf348b538,
    0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118, 0xd807aa98a3030242, 0x12835b0145706fbe,
    0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2, 0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235,
    0xc19bf174cf692694, 0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
    0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5, 0x983e5152ee66dfab,
    0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4, 0xc6e00bf33da88fc2, 0xd5a79147930aa725,
    0x06ca6351e003826f, 0x142929670a0e6e70, 0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed,
    0x53380d139d95b3df, 0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
    0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30, 0xd192e819d6ef5218,
    0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8, 0x19a4c116b8d2d0c8, 0x1e376c085141ab53,
    0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8, 0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373,
    0x682e6ff3d6b2b8a3, 0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
    0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b, 0xca273eceea26619c,
    0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178, 0x06f067aa72176fba, 0x0a637dc5a2c898a6,
    0x113f9804bef90dae, 0x1b710b35131c471b, 0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc,
    0x431d67c49c100d4c, 0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
};
// Square roots of the first sixteen primes: SHA-512's and SHA-384's initial values. Their upper halves are
// SHA-256's, the lower halves of the second eight SHA-224's.
constexpr std::uint64_t roots[16] = {
    0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
    0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
    0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};
// RFC 1321: 2^32 * |sin(i + 1)|.
constexpr std::uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

void md5_block(std::uint32_t* h, const std::uint32_t* w) {
  static constexpr std::uint8_t shifts[] = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};
  std::uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
  for (unsigned i = 0; i < 64; ++i) {
    unsigned turn = i / 16;
    std::uint32_t f = turn == 0   ? (b & c) | (~b & d)
                      : turn == 1 ? (d & b) | (~d & c)
                      : turn == 2 ? b ^ c ^ d
                                  : c ^ (b | ~d);
    unsigned at = turn == 0 ? i : turn == 1 ? 5 * i + 1 : turn == 2 ? 3 * i + 5 : 7 * i;
    f += a + sines[i] + w[at % 16];
    a = d;
    d = c;
    c = b;
    b += std::rotl(f, shifts[turn * 4 + i % 4]);
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
}

void sha1_block(std::uint32_t* h, const std::uint32_t* block) {
  std::uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
  std::memcpy(w, block, 64);
  for (int i = 16; i < 80; ++i) w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  for (int i = 0; i < 80; ++i) {
    std::uint32_t f, k;
    if (i < 20)
      f = (b & c) | (~b & d), k = 0x5A827999;
    else if (i < 40)
      f = b ^ c ^ d, k = 0x6ED9EBA1;
    else if (i < 60)
      f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
    else
      f = b ^ c ^ d, k = 0xCA62C1D6;
    std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  h[0] += a;
  h[1] += b;
  h[2] += c;
  h[3] += d;
  h[4] += e;
}

/// SHA-256 and SHA-512 differ in word size, number of rounds and rotations.
template <class Word>
void sha2_block(Word* h, const Word* block) {
  constexpr bool wide = sizeof(Word) == 8;
  constexpr int n = wide ? 80 : 64;
  constexpr int r[] = {wide ? 28 : 2,  wide ? 34 : 13, wide ? 39 : 22, wide ? 14 : 6,
                       wide ? 18 : 11, wide ? 41 : 25, wide ? 1 : 7,   wide ? 8 : 18,
                       wide ? 7 : 3,   wide ? 19 : 17, wide ? 61 : 19, wide ? 6 : 10};
  Word w[n], v[8];
  std::memcpy(w, block, 16 * sizeof(Word));
  for (int i = 16; i < n; ++i) {
    Word x = w[i - 15], y = w[i - 2];
    w[i] = w[i - 16] + (std::rotr(x, r[6]) ^ std::rotr(x, r[7]) ^ (x >> r[8])) + w[i - 7] +
           (std::rotr(y, r[9]) ^ std::rotr(y, r[10]) ^ (y >> r[11]));
  }
  std::memcpy(v, h, sizeof v);
  for (int i = 0; i < n; ++i) {
    Word k = static_cast<Word>(rounds[i] >> (wide ? 0 : 32));
    Word one = v[7] + (std::rotr(v[4], r[3]) ^ std::rotr(v[4], r[4]) ^ std::rotr(v[4], r[5])) +
               ((v[4] & v[5]) ^ (~v[4] & v[6])) + k + w[i];
    Word two = (std::rotr(v[0], r[0]) ^ std::rotr(v[0], r[1]) ^ std::rotr(v[0], r[2])) +
               ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    std::memmove(v + 1, v, 7 * sizeof(Word));
    v[4] += one;
    v[0] = one + two;
  }
  for (int i = 0; i < 8; ++i) h[i] += v[i];
}

template <class Word>
Word swapped(Word w) {
  if constexpr (sizeof(Word) == 8)
    return __builtin_bswap64(w);
  else
    return __builtin_bswap32(w);
}

} // namespace

digest::digest(hash_kind kind) : kind_(kind) {
  static constexpr std::uint32_t first[] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  if (kind <= hash_kind::sha1) std::memcpy(h32_, first, sizeof first);
  bool second = kind == hash_kind::sha224 || kind == hash_kind::sha384;
  for (int i = 0; i < 8; ++i) {
    h64_[i] = roots[i + (second ? 8 : 0)];
    if (kind == hash_kind::sha224) h32_[i] = static_cast<std::uint32_t>(h64_[i]);
    if (kind == hash_kind::sha256) h32_[i] = static_cast<std::uint32_t>(h64_[i] >> 32);
  }
}

void digest::block(const unsigned char* data) {
  if (kind_ >= hash_kind::sha384) {
    std::uint64_t w[16];
    std::memcpy(w, data, sizeof w);
    for (auto& x : w) x = swapped(x);
    return sha2_block(h64_, w);
  }
  std::uint32_t w[16];
  std::memcpy(w, data, sizeof w);
  if (kind_ == hash_kind::md5) return md5_block(h32_, w);
  for (auto& x : w) x = swapped(x);
  kind_ == hash_kind::sha1 ? sha1_block(h32_, w) : sha2_block(h32_, w);
}

void digest::add(std::string_view data) {
  std::size_t size = kind_ >= hash_kind::sha384 ? 128 : 64;
  total_ += data.size();
  while (!data.empty()) {
    if (held_ == 0 && data.size() >= size) {
      block(reinterpret_cast<const unsigned char*>(data.data()));
      data.remove_prefix(size);
      continue;
    }
    std::size_t n = std::min(size - held_, data.size());
    std::memcpy(hold_ + held_, data.data(), n);
    data.remove_prefix(n);
    if ((held_ += n) == size) {
      block(hold_);
      held_ = 0;
    }
  }
}

std::string digest::hex() {
  static constexpr std::uint8_t sizes[] = {16, 20, 28, 32, 48, 64};
  std::size_t size = kind_ >= hash_kind::sha384 ? 128 : 64;
  std::uint64_t bits = total_ * 8;
  add(std::string_view("\x80", 1));
  while (held_ != size - 8) add(std::string_view("\0", 1));
  bits = kind_ == hash_kind::md5 ? bits : swapped(bits);
  add(std::string_view(reinterpret_cast<const char*>(&bits), 8));
  if (kind_ >= hash_kind::sha384) {
    for (auto& x : h64_) x = swapped(x);
  } else if (kind_ != hash_kind::md5) {
    for (auto& x : h32_) x = swapped(x);
  }
  const void* words = kind_ >= hash_kind::sha384 ? static_cast<const void*>(h64_) : h32_;
  std::string out;
  for (std::size_t i = 0; i < sizes[static_cast<int>(kind_)]; ++i) {
    unsigned char byte = static_cast<const unsigned char*>(words)[i];
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::optional<hash_kind> hash_named(std::string_view name) {
  static constexpr std::string_view names[] = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"};
  for (std::uint8_t i = 0; i < 6; ++i)
    if (names[i] == name) return static_cast<hash_kind>(i);
  return std::nullopt;
}

std::string digest_of(hash_kind kind, std::string_view data) {
  digest d(kind);
  d.add(data);
  return d.hex();
}

std::optional<std::string> digest_of_file(hash_kind kind, const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  digest d(kind);
  char data[65536];
  ssize_t n;
  while ((n = ::read(fd, data, sizeof data)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0) d.add({data, static_cast<std::size_t>(n)});
  ::close(fd);
  return n < 0 ? std::nullopt : std::optional<std::string>(d.hex());
}

} // namespace mito::modules

#pragma once
/// SHA-1 (FIPS 180-4), which Ansible uses to tell whether a file differs. Not for anything that must be secure.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::agent {

class sha1 {
public:
  void add(std::string_view bytes);
  /// Forty lower-case hexadecimal digits; the object is used up.
  std::string hex();

private:
  void block(const unsigned char* bytes);

  std::uint32_t state_[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
  unsigned char pending_[64];
  std::size_t fill_ = 0;
  std::uint64_t total_ = 0;
};

} // namespace mito::agent

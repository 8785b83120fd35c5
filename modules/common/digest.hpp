#pragma once
/// MD5, SHA-1 and SHA-2 for checksums of files: small rather than fast (some hundred MB a second).
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mito::modules {

enum class hash_kind : std::uint8_t { md5, sha1, sha224, sha256, sha384, sha512 };

/// By Ansible's name ("sha256").
std::optional<hash_kind> hash_named(std::string_view name);

class digest {
public:
  explicit digest(hash_kind kind);
  void add(std::string_view data);
  /// Lower-case hex digits; the object is used up.
  std::string hex();

private:
  void block(const unsigned char* data);

  hash_kind kind_;
  std::uint32_t h32_[8] = {};
  std::uint64_t h64_[8];
  unsigned char hold_[128];
  std::size_t held_ = 0;
  std::uint64_t total_ = 0;
};

std::string digest_of(hash_kind kind, std::string_view data);
/// Nullopt (and errno) when the file cannot be read.
std::optional<std::string> digest_of_file(hash_kind kind, const std::string& path);

} // namespace mito::modules

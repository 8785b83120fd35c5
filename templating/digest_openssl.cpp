// libcrypto and libcrypt behind digest.hpp: the only file that names them.
#include <crypt.h>
#include <openssl/evp.h>

#include <memory>

#include "core/text.hpp"
#include "templating/digest.hpp"

namespace mito::templating {

std::optional<std::string> digest(std::string_view algorithm, std::string_view data) {
  auto name = core::lower(algorithm);
  static constexpr std::pair<std::string_view, const char*> names[] = {{"blake2b", "BLAKE2B-512"},
                                                                       {"blake2s", "BLAKE2S-256"},
                                                                       {"sha3_224", "SHA3-224"},
                                                                       {"sha3_256", "SHA3-256"},
                                                                       {"sha3_384", "SHA3-384"},
                                                                       {"sha3_512", "SHA3-512"},
                                                                       {"md5", "MD5"},
                                                                       {"sha1", "SHA1"},
                                                                       {"sha224", "SHA224"},
                                                                       {"sha256", "SHA256"},
                                                                       {"sha384", "SHA384"},
                                                                       {"sha512", "SHA512"},
                                                                       {"sha512_224", "SHA512-224"},
                                                                       {"sha512_256", "SHA512-256"},
                                                                       {"sm3", "SM3"},
                                                                       {"ripemd160", "RIPEMD160"},
                                                                       {"md5-sha1", "MD5-SHA1"}};
  const char* used = nullptr;
  for (auto& [ours, theirs] : names)
    if (name == ours) used = theirs;
  auto* md = used ? EVP_get_digestbyname(used) : nullptr;
  if (!md) return std::nullopt;
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!EVP_Digest(data.data(), data.size(), out, &size, md, nullptr)) return std::nullopt;
  return std::string(reinterpret_cast<char*>(out), size);
}

std::optional<std::string> crypt_password(const std::string& password, const std::string& setting) {
  auto data = std::make_unique<crypt_data>();
  auto* out = crypt_r(password.c_str(), setting.c_str(), data.get());
  // Failure is a token that starts with '*', or null.
  if (!out || out[0] == '*') return std::nullopt;
  return std::string(out);
}

} // namespace mito::templating

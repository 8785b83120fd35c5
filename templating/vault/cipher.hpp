#pragma once
/// AES256 as ansible-vault has it: a key by PBKDF2-HMAC-SHA256 (10,000 rounds) from password and salt, AES-256 in
/// counter mode over PKCS#7-padded text, and HMAC-SHA256 over the result. The only door to libcrypto here.
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "templating/vault/secret.hpp"

namespace mito::templating {

/// Raw bytes.
struct sealed_text {
  std::string salt, hmac, ciphertext;
};

/// With an empty `salt` a random one of 32 bytes is made. `salt` is for tests and for the vault filter's `salt=`.
core::expected<sealed_text> seal(std::string_view plaintext, const secret& password, std::string_view salt = {});
/// Category "vault": the password does not fit, or the text was tampered with.
core::expected<wiped_string> unseal(const sealed_text& text, const secret& password);

} // namespace mito::templating

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <memory>

#include "templating/vault/cipher.hpp"

namespace mito::templating {

namespace {

constexpr int rounds = 10000;
constexpr std::size_t key_size = 32, block = 16, salt_size = 32, hmac_size = 32;

struct free_context {
  void operator()(EVP_CIPHER_CTX* c) const { EVP_CIPHER_CTX_free(c); }
};

const unsigned char* bytes(std::string_view s) { return reinterpret_cast<const unsigned char*>(s.data()); }
unsigned char* bytes(std::string& s) { return reinterpret_cast<unsigned char*>(s.data()); }

core::error failure(std::string message) {
  core::error e(std::move(message));
  e.what().category = "vault";
  return e;
}

/// Cipher key, HMAC key and first counter block, wiped afterwards.
struct keys {
  unsigned char all[2 * key_size + block];
  const unsigned char* cipher() const { return all; }
  const unsigned char* hmac() const { return all + key_size; }
  const unsigned char* counter() const { return all + 2 * key_size; }
  ~keys() { OPENSSL_cleanse(all, sizeof all); }
};

bool derive(keys& out, const secret& password, std::string_view salt) {
  auto p = password.view();
  return PKCS5_PBKDF2_HMAC(p.data(), static_cast<int>(p.size()), bytes(salt), static_cast<int>(salt.size()), rounds,
                           EVP_sha256(), sizeof out.all, out.all) == 1;
}

/// Counter mode is its own inverse.
bool apply_counter_mode(const keys& k, std::string_view in, std::string& out) {
  std::unique_ptr<EVP_CIPHER_CTX, free_context> context(EVP_CIPHER_CTX_new());
  out.resize(in.size());
  int n = 0;
  return context && EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, k.cipher(), k.counter()) == 1 &&
         EVP_EncryptUpdate(context.get(), bytes(out), &n, bytes(in), static_cast<int>(in.size())) == 1 &&
         static_cast<std::size_t>(n) == in.size();
}

bool sign(const keys& k, std::string_view text, std::string& out) {
  out.resize(hmac_size);
  unsigned n = 0;
  return HMAC(EVP_sha256(), k.hmac(), key_size, bytes(text), text.size(), bytes(out), &n) && n == hmac_size;
}

} // namespace

core::expected<sealed_text> seal(std::string_view plaintext, const secret& password, std::string_view salt) {
  sealed_text out;
  out.salt = salt;
  if (salt.empty()) {
    out.salt.resize(salt_size);
    if (RAND_bytes(bytes(out.salt), salt_size) != 1) return failure("no random numbers for a salt");
  }
  if (plaintext.size() > INT32_MAX / 2) return failure("the text is too large to encrypt");
  auto fill = block - plaintext.size() % block;
  wiped_string padded;
  padded.append(plaintext);
  padded.append(std::string(fill, static_cast<char>(fill)));
  keys k;
  if (!derive(k, password, out.salt) || !apply_counter_mode(k, padded.view(), out.ciphertext) ||
      !sign(k, out.ciphertext, out.hmac))
    return failure("encryption failed in libcrypto");
  return out;
}

core::expected<wiped_string> unseal(const sealed_text& text, const secret& password) {
  if (text.ciphertext.size() > INT32_MAX / 2) return failure("the text is too large to decrypt");
  keys k;
  std::string expected_hmac;
  if (!derive(k, password, text.salt) || !sign(k, text.ciphertext, expected_hmac))
    return failure("decryption failed in libcrypto");
  if (text.hmac.size() != hmac_size || CRYPTO_memcmp(text.hmac.data(), expected_hmac.data(), hmac_size) != 0)
    return failure("HMAC verification failed: Signature did not match digest.");
  wiped_string out;
  if (!apply_counter_mode(k, text.ciphertext, out.text)) return failure("decryption failed in libcrypto");
  std::size_t fill = out.text.empty() ? 0 : static_cast<unsigned char>(out.text.back());
  bool padded = fill >= 1 && fill <= block && fill <= out.text.size();
  for (std::size_t i = 0; padded && i < fill; ++i)
    padded = static_cast<unsigned char>(out.text[out.text.size() - 1 - i]) == fill;
  if (!padded) return failure("Invalid padding bytes.");
  out.text.resize(out.text.size() - fill);
  return out;
}

} // namespace mito::templating

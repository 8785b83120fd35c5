// libFuzzer: any bytes as the text of a vault. Nothing may crash, and what is read comes back as it was written.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "playbook/vault/envelope.hpp"
#include "playbook/vault/keyring.hpp"

using namespace mito::playbook;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)vault_keyring().open(text, "fuzz");
  auto envelope = parse_vault_envelope(text);
  if (!envelope) return 0;
  auto body = parse_vault_body(envelope->body);
  if (!body) return 0;
  auto again = parse_vault_envelope(format_vault(*body, envelope->id));
  if (!again) std::abort();
  auto same = parse_vault_body(again->body);
  if (!same || same->salt != body->salt || same->hmac != body->hmac || same->ciphertext != body->ciphertext) std::abort();
  return 0;
}

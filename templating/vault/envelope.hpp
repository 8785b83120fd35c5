#pragma once
/// The text of a vault: a header line `$ANSIBLE_VAULT;1.2;AES256;id` and hexadecimal lines of 80 columns.
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "templating/vault/cipher.hpp"

namespace mito::templating {

/// Bytes of a vault's text that are read at most.
inline constexpr std::size_t largest_vault = 256u << 20;

struct vault_envelope {
  std::string version, cipher;
  std::string id;   ///< of the header; empty: it names none
  std::string body; ///< hexadecimal, without line breaks; not checked yet
};

/// Whether `text` is a vault: ASCII that starts with `$ANSIBLE_VAULT`.
bool is_vault_text(std::string_view text);
/// Splits header and body. Category "vault_format", in Ansible's words; `name` is the file's, for the message.
core::expected<vault_envelope> parse_vault_envelope(std::string_view text, std::string_view name = {});
/// Salt, HMAC and ciphertext of a body. Category "vault_format".
core::expected<sealed_text> parse_vault_body(std::string_view hexadecimal);
/// The whole text, a newline at its end. An empty id, or "default", gives format 1.1, another one 1.2.
std::string format_vault(const sealed_text& text, std::string_view id);

} // namespace mito::templating

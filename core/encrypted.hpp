#pragma once
/// A string that stays encrypted until its text is needed: what `!vault` makes. To templates it is a string,
/// and data: its text is never a template.
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

/// The agent's images (0) meet no encrypted texts and are short of bytes.
#ifndef MITO_ENCRYPTED_TEXTS
#define MITO_ENCRYPTED_TEXTS 1
#endif

namespace mito::core {

class encrypted_text : public object {
public:
  static const void* static_tag() noexcept;
  const void* tag() const noexcept final { return static_tag(); }
  std::string_view type_name() const noexcept final { return "AnsibleVaultEncryptedUnicode"; }

  /// The text, as a data string. Quick but for the first time, the same every time, callable from any thread.
  /// Errors have category "vault" or "vault_format"; the latter stand at where().
  virtual expected<value> plaintext() const = 0;
  virtual std::string_view ciphertext() const noexcept = 0;
  /// Where it was written.
  virtual const location& where() const noexcept = 0;
};

/// Null for everything else.
inline const encrypted_text* as_encrypted(const value& v) noexcept {
  if (!MITO_ENCRYPTED_TEXTS || !v.is_object()) return nullptr;
  auto* o = v.as_object();
  return o->tag() == encrypted_text::static_tag() ? static_cast<const encrypted_text*>(o) : nullptr;
}
/// `v` with every encrypted text inside, at any depth and in keys, replaced by its plaintext. Shares what needs
/// no change; O(1) when there is none.
expected<value> decrypted(const value& v);

} // namespace mito::core

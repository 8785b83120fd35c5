#pragma once
/// The vault secrets of a run, and what they open. Start here.
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "playbook/vault/secret.hpp"

namespace mito::playbook {

struct vault_secret {
  std::string id;
  secret password;
};

struct keyring_options {
  /// DEFAULT_VAULT_IDENTITY: what a vault without an id counts as.
  std::string default_id = "default";
  /// DEFAULT_VAULT_ID_MATCH: only secrets of the vault's own id are tried.
  bool match_ids = false;
  /// Told about broken vaults, as Ansible warns of them; may be called from any thread. Unset: nobody is.
  std::function<void(const core::diagnostic&)> warn;
};

/// Immutable but for what it remembers; thread-safe.
class vault_keyring {
public:
  vault_keyring() = default;
  /// In order: the first that opens a vault is taken.
  explicit vault_keyring(std::vector<vault_secret> secrets, keyring_options options = {});
  vault_keyring(const vault_keyring&) = delete;

  const std::vector<vault_secret>& secrets() const { return secrets_; }
  bool empty() const { return secrets_.empty(); }

  struct opened {
    wiped_string plaintext;
    vault_secret used;
  };
  /// Opens a vault's text; `name` is its file, for messages, and `where` its place, for warnings. Errors are in
  /// Ansible's words; category "vault" (no secret fits) or "vault_format". Their hint names the ids that were tried.
  core::expected<opened> open(std::string_view text, std::string_view name = {}, const core::location& where = {}) const;
  /// The same for a value in a variable: UTF-8, as a data string. A ciphertext is decrypted once, however often and
  /// from wherever it is asked for.
  core::expected<core::value> text_of(std::string_view ciphertext, const core::location& where) const;

private:
  struct remembered {
    std::once_flag once;
    core::expected<core::value> text = core::value();
  };
  core::expected<core::value> decrypt_value(std::string_view ciphertext, const core::location& where) const;

  std::vector<vault_secret> secrets_;
  keyring_options options_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<remembered>, std::less<>> known_;
};

using keyring_handle = std::shared_ptr<const vault_keyring>;

/// Encrypts with one secret. A text that is a vault already is an error ("input is already encrypted").
core::expected<std::string> encrypt_vault(std::string_view plaintext, const vault_secret& with,
                                          std::string_view salt = {});

/// What `!vault` makes: opened by `keys` (null: as without secrets) when its text is first needed.
core::value encrypted_value(std::string ciphertext, core::location where, keyring_handle keys);

/// Whether `text` is a vault: ASCII that starts with `$ANSIBLE_VAULT`.
bool is_vault_text(std::string_view text);
/// Opens the text of the file `name`; `keys` may be null. Errors stand at the file.
core::expected<wiped_string> open_vault_file(std::string_view text, const std::string& name, const keyring_handle& keys);
/// `text` itself, or what is in it when it is a vault: for files that are copied and templates (`decrypt: true`).
core::expected<std::string> open_if_vault(std::string text, const std::string& name, const keyring_handle& keys);

} // namespace mito::playbook

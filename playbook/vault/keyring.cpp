#include "playbook/vault/keyring.hpp"

#include <algorithm>

#include "core/encrypted.hpp"
#include "core/text.hpp"
#include "playbook/vault/cipher.hpp"
#include "playbook/vault/envelope.hpp"

namespace mito::playbook {

namespace {

core::error vault_error(std::string message, std::string hint = {}) {
  core::error e(std::move(message), {}, std::move(hint));
  e.what().category = "vault";
  return e;
}

std::string on_file(std::string_view name) { return name.empty() ? std::string() : " on " + std::string(name); }

std::string ids_of(const std::vector<const vault_secret*>& tried) {
  std::string out;
  for (auto* s : tried)
    if (("," + out + ",").find("," + s->id + ",") == std::string::npos) out += (out.empty() ? "" : ",") + s->id;
  return out;
}

} // namespace

vault_keyring::vault_keyring(std::vector<vault_secret> secrets, keyring_options options)
    : secrets_(std::move(secrets)), options_(std::move(options)) {}

core::expected<vault_keyring::opened> vault_keyring::open(std::string_view text, std::string_view name,
                                                          const core::location& where) const {
  if (!is_vault_text(text))
    return vault_error("input is not vault encrypted data. " +
                       (name.empty() ? std::string() : std::string(name) + " is not a vault encrypted file"));
  auto envelope = parse_vault_envelope(text, name);
  if (!envelope) return envelope.error();
  if (envelope->cipher != "AES256") return vault_error(envelope->cipher + " cipher could not be found");
  if (secrets_.empty())
    return vault_error("Attempting to decrypt but no vault secrets found",
                       "give a secret by --vault-id, --vault-password-file or --ask-vault-password");
  auto& id = envelope->id.empty() ? options_.default_id : envelope->id;
  std::vector<const vault_secret*> candidates;
  for (auto& s : secrets_)
    if (s.id == id || !options_.match_ids) candidates.push_back(&s);
  // Each attempt costs milliseconds: those of the vault's own id are the likely ones.
  std::stable_partition(candidates.begin(), candidates.end(), [&](auto* s) { return s->id == id; });
  auto hint = "the vault's id is '" + id + "'; ids with a secret that was tried: " +
              (candidates.empty() ? "none (vault_id_match is set)" : ids_of(candidates));
  if (candidates.empty())
    return vault_error("Decryption failed (no vault secrets were found that could decrypt)" + on_file(name), hint);
  auto sealed = parse_vault_body(envelope->body);
  if (!sealed) {
    auto e = sealed.error();
    if (options_.warn)
      options_.warn({core::severity::warning,
                     "There was a vault format error" + (name.empty() ? "" : " in " + std::string(name)) + ": " + e.message(),
                     where,
                     {},
                     {},
                     "vault_format"});
    return e;
  }
  for (auto* s : candidates)
    if (auto plaintext = unseal(*sealed, s->password)) return opened{std::move(*plaintext), *s};
  return vault_error("Decryption failed (no vault secrets were found that could decrypt)" + on_file(name), hint);
}

core::expected<core::value> vault_keyring::decrypt_value(std::string_view ciphertext, const core::location& where) const {
  auto out = open(ciphertext, {}, where);
  if (!out) return out.error();
  auto text = out->plaintext.view();
  return core::is_utf8(text) ? core::value(text) : core::value(core::to_valid_utf8(text));
}

core::expected<core::value> vault_keyring::text_of(std::string_view ciphertext, const core::location& where) const {
  std::shared_ptr<remembered> entry;
  {
    std::lock_guard lock(mutex_);
    auto at = known_.find(ciphertext);
    if (at == known_.end()) at = known_.emplace(std::string(ciphertext), std::make_shared<remembered>()).first;
    entry = at->second;
  }
  std::call_once(entry->once, [&] { entry->text = decrypt_value(ciphertext, where); });
  if (entry->text) return entry->text;
  auto e = entry->text.error();
  e.what().where = where;
  return e;
}

core::expected<std::string> encrypt_vault(std::string_view plaintext, const vault_secret& with, std::string_view salt) {
  if (is_vault_text(plaintext)) return vault_error("input is already encrypted");
  auto sealed = seal(plaintext, with.password, salt);
  if (!sealed) return sealed.error();
  return format_vault(*sealed, with.id);
}

namespace {

class vaulted final : public core::encrypted_text {
public:
  vaulted(std::string ciphertext, core::location where, keyring_handle keys)
      : ciphertext_(std::move(ciphertext)), where_(std::move(where)), keys_(std::move(keys)) {}

  core::expected<core::value> plaintext() const override {
    if (keys_) return keys_->text_of(ciphertext_, where_);
    return vault_keyring().text_of(ciphertext_, where_);
  }
  std::string_view ciphertext() const noexcept override { return ciphertext_; }
  const core::location& where() const noexcept override { return where_; }

private:
  std::string ciphertext_;
  core::location where_;
  keyring_handle keys_;
};

} // namespace

core::value encrypted_value(std::string ciphertext, core::location where, keyring_handle keys) {
  return core::value::adopt(new vaulted(std::move(ciphertext), std::move(where), std::move(keys)));
}

core::expected<wiped_string> open_vault_file(std::string_view text, const std::string& name, const keyring_handle& keys) {
  auto out = keys ? keys->open(text, name) : vault_keyring().open(text, name);
  if (out) return std::move(out->plaintext);
  auto e = out.error();
  e.what().where = {std::make_shared<core::source_file>(core::source_file{name, {}}), 1, 1};
  return e;
}

core::expected<std::string> open_if_vault(std::string text, const std::string& name, const keyring_handle& keys) {
  if (!is_vault_text(text)) return text;
  auto out = open_vault_file(text, name, keys);
  if (!out) return out.error();
  return std::string(out->view());
}

} // namespace mito::playbook

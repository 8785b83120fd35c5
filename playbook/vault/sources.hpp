#pragma once
/// Where vault secrets come from: password files, programs, client programs and prompts.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

/// What options and settings ask for.
struct vault_request {
  std::vector<std::string> identities;     ///< DEFAULT_VAULT_IDENTITY_LIST, then --vault-id: "id@source" or "source"
  std::vector<std::string> password_files; ///< --vault-password-file, then DEFAULT_VAULT_PASSWORD_FILE
  bool ask = false;                        ///< --ask-vault-password
  /// Nothing was given: ask all the same.
  bool ask_if_none = false;
  /// The secret will encrypt: prompts say so and ask twice.
  bool create = false;
  keyring_options keyring;
};

/// How the user is spoken to.
struct vault_dialogue {
  /// Asks without echo; nullopt at the end of input (ctrl-d).
  std::function<std::optional<wiped_string>(const std::string& question)> ask;
  std::function<void(const std::string&)> warn;
};

/// "dev@prompt" as "dev" and "prompt"; a text without '@' is a source without id.
std::pair<std::optional<std::string>, std::string> split_vault_id(std::string_view text);

/// The secrets, in order. A source that gives none is a warning while another gives one, else the error. Later
/// password files may be vaults that earlier secrets open. Errors and warnings in Ansible's words.
core::expected<std::vector<vault_secret>> read_vault_secrets(const vault_request& request, const vault_dialogue& dialogue);

} // namespace mito::playbook

#pragma once
/// What all actions of `vault` do first: settings, secrets, and how they end when something is wrong.
#include <optional>

#include "cli/settings.hpp"
#include "cli/vault_secrets.hpp"
#include "report/display.hpp"

namespace mito::cli {

/// Ansible's exit codes: 1 for what went wrong, 5 for options that make no sense together.
class vault_session {
public:
  /// `given` must outlive it. Sets the umask so that what is written is for its owner only.
  explicit vault_session(const parsed& given, const command& c);

  /// Settings, and what is wrong with options of any action. Nonzero: the exit code; the user has been told.
  int begin();
  /// Secrets to open vaults with.
  int need_secrets();
  /// The secret to encrypt with, asked for twice where it is asked for.
  int need_new_secret();
  /// rekey's: that of --new-vault-id and --new-vault-password-file.
  int need_rekey_secret();

  const playbook::vault_keyring& keys() const { return *keys_; }
  const playbook::vault_secret& encrypt_with() const { return *encrypt_with_; }
  const settings& config() const { return config_; }
  report::display& display() { return display_; }
  /// "ERROR! …" and the exit code.
  int fail(std::string_view message, int code = 1);
  /// The help text too, as Ansible shows it.
  int fail_options(std::string_view message);

private:
  core::expected<std::vector<playbook::vault_secret>> read(const playbook::vault_request& request);
  int choose(const std::vector<playbook::vault_secret>& secrets, const std::string& id);
  std::string encrypt_id() const;

  const parsed& given_;
  const command& command_;
  settings config_;
  report::display display_;
  std::optional<playbook::vault_keyring> keys_;
  std::optional<playbook::vault_secret> encrypt_with_;
};

} // namespace mito::cli

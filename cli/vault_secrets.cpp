#include "cli/vault_secrets.hpp"

#include <cstdio>
#include <memory>
#include <mutex>
#include <set>

#include "cli/secrets.hpp"
#include "engine/task_run.hpp"
#include "playbook/paths.hpp"

namespace mito::cli {

namespace {

/// Warns of broken vaults, each once. They may be found by any thread while a run goes on.
std::function<void(const core::diagnostic&)> warn_of_broken_vaults() {
  struct shared {
    std::mutex mutex;
    std::set<std::string> said;
  };
  return [state = std::make_shared<shared>()](const core::diagnostic& d) {
    auto text = engine::with_place(d.message, d.where);
    std::lock_guard lock(state->mutex);
    if (state->said.insert(text).second) std::fprintf(stderr, "\n[WARNING]: \n%s\n", text.c_str());
  };
}

} // namespace

playbook::vault_request vault_request_of(const parsed& given, const settings& s) {
  playbook::vault_request r;
  r.identities = s.list("vault_identity_list");
  for (auto& id : given.all("vault-id")) r.identities.push_back(id);
  for (auto& file : given.all("vault-pass-file")) r.password_files.push_back(playbook::unfrack_path(file));
  if (auto file = s.get("vault_password_file"); file && !file->empty()) r.password_files.push_back(*file);
  r.ask = given.has("ask-vault-pass") || s.flag("ask_vault_pass", false);
  r.keyring.default_id = s.text("vault_identity", "default");
  r.keyring.match_ids = s.flag("vault_id_match", false);
  r.keyring.warn = warn_of_broken_vaults();
  return r;
}

playbook::vault_dialogue vault_dialogue_of(warn_function warn) {
  return {ask_secret, std::move(warn)};
}

core::expected<playbook::keyring_handle> read_keyring(const parsed& given, const settings& s, warn_function warn) {
  auto request = vault_request_of(given, s);
  auto secrets = playbook::read_vault_secrets(request, vault_dialogue_of(std::move(warn)));
  if (!secrets) return secrets.error();
  return playbook::keyring_handle(
    std::make_shared<const playbook::vault_keyring>(std::move(*secrets), std::move(request.keyring)));
}

} // namespace mito::cli

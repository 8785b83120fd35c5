#include "cli/vault_session.hpp"

#include <sys/stat.h>

#include <cstdio>

#include "cli/signals.hpp"
#include "cli/site.hpp"
#include "core/python.hpp"
#include "playbook/paths.hpp"

namespace mito::cli {

namespace {

constexpr std::string_view nothing_given = "A vault password is required to use Ansible's Vault";

core::value ids_of(const std::vector<playbook::vault_secret>& secrets) {
  core::list out;
  for (auto& s : secrets) out.emplace_back(s.id);
  return core::value(std::move(out));
}

} // namespace

vault_session::vault_session(const parsed& given, const command& c)
    : given_(given), command_(c), display_(output_options_of(given, {})) {
  unblock_signals();
  ::umask(077);
}

int vault_session::fail(std::string_view message, int code) {
  display_.print("ERROR! " + std::string(message), report::color::error, true);
  return code;
}

int vault_session::fail_options(std::string_view message) {
  std::fputs(help_text(command_).c_str(), stdout);
  std::fflush(stdout);
  return fail(message, bad_settings);
}

int vault_session::begin() {
  auto loaded = settings::load();
  if (!loaded) {
    std::fprintf(stderr, "ERROR: %s\n", loaded.error().message().c_str());
    return bad_settings;
  }
  config_ = std::move(*loaded);
  if (given_.count("verbose") + config_.number("verbosity", 0) > 0)
    display_.print(config_.file().empty() ? "No config file found; using defaults"
                                          : "Using " + config_.file() + " as config file",
                   report::color::verbose);
  for (auto& id : given_.all("vault-id"))
    if (id.find(';') != id.npos)
      return fail_options("'" + id + "' is not a valid vault id. The character ';' is not allowed in vault ids");
  if (given_.has("output") && given_.positional.size() > 1)
    return fail_options("At most one input file may be used with the --output option");
  return 0;
}

core::expected<std::vector<playbook::vault_secret>> vault_session::read(const playbook::vault_request& request) {
  return playbook::read_vault_secrets(request, vault_dialogue_of([this](const std::string& text) { display_.warning(text); }));
}

std::string vault_session::encrypt_id() const {
  return given_.last("encrypt-vault-id", config_.text("vault_encrypt_identity", ""));
}

int vault_session::need_secrets() {
  auto request = vault_request_of(given_, config_);
  request.ask_if_none = true;
  auto secrets = read(request);
  if (!secrets) return fail(secrets.error().message());
  if (secrets->empty()) return fail_options(nothing_given);
  keys_.emplace(std::move(*secrets), std::move(request.keyring));
  return 0;
}

int vault_session::choose(const std::vector<playbook::vault_secret>& secrets, const std::string& id) {
  for (auto& s : secrets)
    if (id.empty() || s.id == id) {
      encrypt_with_ = s;
      return 0;
    }
  return fail("Did not find a match for --encrypt-vault-id=" + id + " in the known vault-ids " + core::to_repr(ids_of(secrets)));
}

int vault_session::need_new_secret() {
  auto request = vault_request_of(given_, config_);
  request.ask_if_none = request.create = true;
  auto secrets = read(request);
  if (!secrets) return fail(secrets.error().message());
  auto id = encrypt_id();
  if (secrets->size() > 1 && id.empty()) {
    std::string ids;
    for (auto& s : *secrets) ids += (ids.empty() ? "" : ",") + s.id;
    return fail_options("The vault-ids " + ids +
                        " are available to encrypt. Specify the vault-id to encrypt with --encrypt-vault-id");
  }
  if (secrets->empty()) return fail_options(nothing_given);
  return choose(*secrets, id);
}

int vault_session::need_rekey_secret() {
  auto id = encrypt_id();
  // What opens files counts here only as far as the settings name it, and where an id is asked for.
  auto request = vault_request_of(parsed(), config_);
  if (id.empty()) request.identities.clear();
  for (auto& added : given_.all("new-vault-id")) request.identities.push_back(added);
  if (given_.has("new-vault-password-file"))
    request.password_files.insert(request.password_files.begin(),
                                  playbook::unfrack_path(given_.last("new-vault-password-file")));
  request.ask = given_.has("ask-vault-pass") || config_.flag("ask_vault_pass", false);
  request.ask_if_none = request.create = true;
  auto secrets = read(request);
  if (!secrets) return fail(secrets.error().message());
  if (secrets->empty()) return fail_options("A new vault password is required to use Ansible's Vault rekey");
  return choose(*secrets, id);
}

} // namespace mito::cli

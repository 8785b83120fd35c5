// vault and unvault: the cipher is the host's.
#include "core/encrypted.hpp"
#include "core/python.hpp"
#include "templating/filters/common.hpp"
#include "templating/templar.hpp"

namespace mito::templating {

namespace {

std::string class_of(const core::value& v) {
  return "<class '" + std::string(core::type_name(v)) + "'>";
}

bool is_text(const core::value& v) {
  return v.is_string() || v.kind() == core::kind::bytes;
}

/// Tests input and password; false: the machine has failed.
bool check_texts(call& c, std::string_view of_secret, std::string_view of_input) {
  auto& password = c[0];
  for (auto* v : {&password, &c.self})
    if (v->is_undefined()) return c.m.undefined_error(*v), false;
  if (!is_text(password))
    return filter_type_error(c, std::string(of_secret) + ", instead we got: " + class_of(password)), false;
  if (!is_text(c.self))
    return filter_type_error(c, std::string(of_input) + ", instead we got: " + class_of(c.self)), false;
  return true;
}

/// As an AnsibleError that names its cause.
core::value cannot(call& c, std::string_view what, const std::string& why) {
  return filter_error(c, "Unable to " + std::string(what) + ": " + why + ". " + why);
}

core::value do_vault(call& c) {
  if (!check_texts(c, "Secret passed is required to be a string", "Can only vault strings")) return {};
  if (c.has(3) && truth(c.m, c[3]))
    return filter_error(c, "the option wrap_object of the filter 'vault' is not supported yet");
  std::string salt = c.has(1) && !c[1].is_none() ? str(c.m, c[1]) : std::string();
  if (c.has(1) && !c[1].is_none() && salt.empty())
    return cannot(c, "encrypt", "Empty or invalid salt passed to encrypt()");
  std::string id = c.has(2) ? str(c.m, c[2]) : "filter_default";
  auto* host = c.m.shared().host;
  if (c.m.failed()) return {};
  if (!host) return cannot(c, "encrypt", "vaults cannot be made here");
  auto made = host->vault(c.self.as_string(), c[0].as_string(), salt, id);
  return made ? text(*made) : cannot(c, "encrypt", made.error().message());
}

core::value do_unvault(call& c) {
  // An encrypted variable is opened with this password, not with those of the run.
  auto* encrypted = core::as_encrypted(c.self);
  core::value input = encrypted ? core::value(encrypted->ciphertext()) : c.self;
  call readable{c.m, c.def, input, c.args, c.given, c.rest, c.named};
  if (!check_texts(readable, "Secret passed is required to be as string", "Vault should be in the form of a string"))
    return {};
  auto* host = c.m.shared().host;
  if (!host) return cannot(c, "decrypt", "vaults cannot be opened here");
  auto opened = host->unvault(input.as_string(), c[0].as_string());
  return opened ? text(*opened) : cannot(c, "decrypt", opened.error().message());
}

constexpr function_def rows[] = {
    {"vault", do_vault, "secret salt= vaultid= wrap_object=", function_ansible | function_impure, "do_vault"},
    {"unvault", do_unvault, "secret vaultid=", function_ansible | function_impure | function_sealed, "do_unvault"},
};

} // namespace

constinit const function_table vault_filters = rows;

} // namespace mito::templating

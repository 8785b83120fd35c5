// vault and unvault: texts encrypted as ansible-vault does, with a secret that the template names.
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/vault/envelope.hpp"

namespace mito::templating {

namespace {

bool textual(const core::value& v) {
  return v.is_string() || v.kind() == core::kind::bytes;
}

core::value do_vault(call& c) {
  if (!textual(c[0]) && !c[0].is_undefined())
    return filter_type_error(c, "Secret passed is required to be a string, instead we got: " + class_of(c[0]));
  if (!textual(c.self) && !c.self.is_undefined())
    return filter_type_error(c, "Can only vault strings, instead we got: " + class_of(c.self));
  for (auto* v : {static_cast<const core::value*>(&c[0]), &c.self})
    if (v->is_undefined()) return c.m.undefined_error(*v);
  auto fail = [&](const std::string& why) { return filter_error(c, "Unable to encrypt: " + why + ". " + why); };
  if (is_vault_text(c.self.as_string())) return fail("input is already encrypted");
  std::string salt = c.has(1) && !c[1].is_none() ? str(c.m, c[1]) : "", id = c.has(2) ? str(c.m, c[2]) : "filter_default";
  if (c.m.failed()) return {};
  auto sealed = seal(c.self.as_string(), secret(c[0].as_string()), salt);
  return sealed ? text(format_vault(*sealed, id)) : fail(sealed.error().message());
}

core::value do_unvault(call& c) {
  if (!textual(c[0]) && !c[0].is_undefined())
    return filter_type_error(c, "Secret passed is required to be as string, instead we got: " + class_of(c[0]));
  if (!textual(c.self) && !c.self.is_undefined())
    return filter_type_error(c, "Vault should be in the form of a string, instead we got: " + class_of(c.self));
  for (auto* v : {static_cast<const core::value*>(&c[0]), &c.self})
    if (v->is_undefined()) return c.m.undefined_error(*v);
  auto fail = [&](const std::string& why) { return filter_error(c, "Unable to decrypt: " + why + ". " + why); };
  if (!is_vault_text(c.self.as_string())) return text(c.self.as_string());
  auto envelope = parse_vault_envelope(c.self.as_string());
  if (!envelope) return fail(envelope.error().message());
  if (envelope->cipher != "AES256") return fail(envelope->cipher + " cipher could not be found");
  auto body = parse_vault_body(envelope->body);
  if (!body) return fail(body.error().message());
  auto plain = unseal(*body, secret(c[0].as_string()));
  if (!plain) return fail("Decryption failed (no vault secrets were found that could decrypt)");
  return text(core::to_valid_utf8(plain->view()));
}

constexpr function_def rows[] = {
    {"vault", do_vault, "secret salt= vaultid= wrap_object=", function_ansible | function_impure, "do_vault"},
    {"unvault", do_unvault, "secret vaultid=", function_ansible | function_impure, "do_unvault"},
};

} // namespace

constinit const function_table vault_filters = rows;

} // namespace mito::templating

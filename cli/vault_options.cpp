// The options of `mito-actor vault`'s actions, which are ansible-vault's.
#include <array>

#include "cli/commands.hpp"

namespace mito::cli {

namespace {

/// Tables one behind the other, at compile time.
template <std::size_t... Sizes>
constexpr auto joined(const std::array<option, Sizes>&... tables) {
  std::array<option, (Sizes + ... + 0)> out{};
  std::size_t at = 0;
  auto add = [&](const auto& table) {
    for (auto& o : table) out[at++] = o;
  };
  (add(tables), ...);
  return out;
}

constexpr std::array<option, 4> common{{
  {"--vault-id", "ID@SOURCE", "a secret: its id and its file, program or `prompt` (may be repeated)", "secrets", true},
  {"--ask-vault-password,--ask-vault-pass", "", "ask for the password", "secrets", false, false, "password"},
  {"--vault-password-file,--vault-pass-file", "FILE", "read the password from a file or program (may be repeated)", "secrets",
   true, false, "password"},
  {"-v,--verbose", "", "say more", "how"},
}};
constexpr std::array<option, 1> output{{
  {"--output", "FILE", "write here instead of over the file; - is stdout", "how"},
}};
constexpr std::array<option, 1> encrypting{{
  {"--encrypt-vault-id", "ID", "which of the secrets encrypts, where there are several", "secrets"},
}};
constexpr std::array<option, 4> of_strings{{
  {"-p,--prompt", "", "ask for the string", "what"},
  {"--show-input", "", "show what is typed", "what"},
  {"-n,--name", "NAME", "the variable's name (may be repeated, once a string)", "what", true},
  {"--stdin-name", "NAME", "the variable's name for the string from stdin", "what"},
}};
constexpr std::array<option, 2> of_rekey{{
  {"--new-vault-password-file", "FILE", "read the new password from a file or program", "secrets", false, false, "new"},
  {"--new-vault-id", "ID@SOURCE", "the new secret and its id", "secrets", false, false, "new"},
}};

constexpr auto writing = joined(common, encrypting);
constexpr auto encrypt_options = joined(common, encrypting, output);
constexpr auto string_options = joined(of_strings, common, encrypting, output);
constexpr auto decrypt_options = joined(common, output);
constexpr auto rekey_options = joined(common, encrypting, of_rekey);

constexpr command create{"vault create", "write a new file and encrypt it", "FILE",
                         "Opens an editor ($EDITOR, else vi) on an empty file; what is saved there is encrypted into FILE.",
                         "  mito-actor vault create --vault-id prod@prompt group_vars/prod/vault.yml\n", writing, vault_create};
constexpr command decrypt{"vault decrypt", "turn files back into plaintext", "[FILE…]",
                          "Decrypts files in place; without a file stdin to stdout.",
                          "  mito-actor vault decrypt --vault-password-file ~/.vault vault.yml --output -\n", decrypt_options,
                          vault_decrypt};
constexpr command edit{"vault edit", "edit encrypted files", "FILE…",
                       "Opens an editor ($EDITOR, else vi) on the plaintext, in a private folder, and encrypts what was changed "
                       "with the secret that opened the file.",
                       "  mito-actor vault edit group_vars/prod/vault.yml\n", writing, vault_edit};
constexpr command view{"vault view", "show encrypted files", "FILE…", "Shows the plaintext, on a terminal in a pager.",
                       "  mito-actor vault view group_vars/prod/vault.yml\n", common, vault_view};
constexpr command encrypt{"vault encrypt", "encrypt files", "[FILE…]",
                          "Encrypts files in place, their old contents overwritten; without a file stdin to stdout.",
                          "  mito-actor vault encrypt --vault-id prod@~/.vault-prod key.pem\n", encrypt_options, vault_encrypt};
constexpr command encrypt_string{"vault encrypt_string", "encrypt strings for use as variables", "[STRING…]",
                                 "Prints strings as `!vault` values. Without a string, or with -, reads one from stdin.",
                                 "  mito-actor vault encrypt_string --name db_password --prompt\n", string_options,
                                 vault_encrypt_string};
constexpr command rekey{"vault rekey", "encrypt files with another secret", "FILE…",
                        "Decrypts files and encrypts them again in place with a new password or id.",
                        "  mito-actor vault rekey --new-vault-id prod@prompt vault.yml\n", rekey_options, vault_rekey};

constexpr const command* actions[] = {&create, &decrypt, &edit, &view, &encrypt, &encrypt_string, &rekey};

} // namespace

const command vault_command{
  "vault",
  "encrypt, decrypt and edit files and strings",
  "",
  "Reads and writes vaults as ansible-vault does (AES256, formats 1.1 and 1.2), with its options.",
  "  mito-actor vault encrypt group_vars/prod/vault.yml\n  mito-actor vault encrypt_string --name db_password --prompt\n",
  {},
  nullptr,
  "ansible-vault",
  actions,
};

} // namespace mito::cli

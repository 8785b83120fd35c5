#define CAF_SUITE playbook.vault
#include <caf/test/unit_test.hpp>

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "core/encrypted.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "playbook/vault/envelope.hpp"
#include "playbook/vault/keyring.hpp"
#include "playbook/yaml/reader.hpp"

using namespace mito;
using namespace mito::playbook;

namespace {

constexpr std::string_view salt = "0123456789abcdef0123456789abcdef";

/// What ansible-core 2.14 makes with that salt and the password "pass".
constexpr std::string_view a_secret =
    "$ANSIBLE_VAULT;1.1;AES256\n"
    "33303331333233333334333533363337333833393631363236333634363536363330333133323333\n"
    "3334333533363337333833393631363236333634363536360a396533336332613333376231303736\n"
    "35333535306531626431636163643633383534363134306233393964393661386231653633616435\n"
    "6434353730656233380a336262376265346134633237363138346537396165323938393231653966\n"
    "6365\n";
/// The empty text with the id "dev" and a salt of 32 times "s".
constexpr std::string_view nothing =
    "$ANSIBLE_VAULT;1.2;AES256;dev\n"
    "37333733373337333733373337333733373337333733373337333733373337333733373337333733\n"
    "3733373337333733373337333733373337333733373337330a643061363366653662393561666233\n"
    "33666661623438353830343964313239393330353064316361333535353931646165323930356633\n"
    "6139353964323262660a646435626562386430623866356364656334636231363666373733623363\n"
    "6534\n";

vault_secret secret_of(std::string id, std::string_view password) { return {std::move(id), secret(password)}; }

keyring_handle ring(std::vector<vault_secret> secrets, keyring_options options = {}) {
  return std::make_shared<const vault_keyring>(std::move(secrets), std::move(options));
}

/// The plaintext, or "category: message".
std::string open(const vault_keyring& keys, std::string_view text, std::string_view name = {}) {
  auto out = keys.open(text, name);
  return out ? std::string(out->plaintext.view()) : out.error().what().category + ": " + out.error().message();
}

/// The vault's text, or the error's message.
std::string seal_up(std::string_view plaintext, const vault_secret& with, std::string_view its_salt = {}) {
  auto made = encrypt_vault(plaintext, with, its_salt);
  return made ? *made : made.error().message();
}

/// repr() of a value, or the message.
std::string shown(const core::expected<core::value>& v) { return v ? core::to_repr(*v) : v.error().message(); }

std::string open(std::string_view text) { return open(*ring({secret_of("default", "pass")}), text); }

} // namespace

CAF_TEST(texts of ansible are read and written byte by byte) {
  CAF_CHECK_EQUAL(open(a_secret), "a secret");
  CAF_CHECK_EQUAL(open(nothing), "");
  CAF_CHECK_EQUAL(seal_up("a secret", secret_of("default", "pass"), salt), a_secret);
  CAF_CHECK_EQUAL(seal_up("", secret_of("dev", "pass"), std::string(32, 's')), nothing);
  CAF_CHECK_EQUAL(seal_up("sixteen bytes ..", secret_of("", "p\xc3\xa4"), salt),
                  "$ANSIBLE_VAULT;1.1;AES256\n"
                  "33303331333233333334333533363337333833393631363236333634363536363330333133323333\n"
                  "3334333533363337333833393631363236333634363536360a663933623935383466656362366662\n"
                  "63613839356266633165306234373237316633363834613130306463663962316530376466356634\n"
                  "3561333233346130640a303939343662633933383832616234323664663631616564663936623536\n"
                  "62306261323838633938383836303238663232386363343931646439613431353561\n");
}

CAF_TEST(every length comes back and salts differ) {
  auto keys = ring({secret_of("default", "pass")});
  for (std::size_t n : {1u, 15u, 16u, 17u, 31u, 32u, 4096u}) {
    std::string text(n, '\xff');
    auto made = encrypt_vault(text, keys->secrets()[0]);
    CAF_REQUIRE(made.has_value());
    CAF_CHECK_EQUAL(open(*keys, *made), text);
    CAF_CHECK_NOT_EQUAL(*made, seal_up(text, keys->secrets()[0]));
  }
  CAF_CHECK_EQUAL(seal_up(a_secret, keys->secrets()[0]), "input is already encrypted");
}

CAF_TEST(what does not fit is said in the words of ansible) {
  constexpr const char* failed = "vault: Decryption failed (no vault secrets were found that could decrypt)";
  auto wrong = ring({secret_of("default", "wrong")});
  CAF_CHECK_EQUAL(open(*wrong, a_secret), failed);
  CAF_CHECK_EQUAL(open(*wrong, a_secret, "x.yml"), std::string(failed) + " on x.yml");
  CAF_CHECK_EQUAL(open(*ring({}), a_secret), "vault: Attempting to decrypt but no vault secrets found");
  CAF_CHECK_EQUAL(open("plain"), "vault: input is not vault encrypted data. ");
}

CAF_TEST(a changed text is refused) {
  // A digit of the salt, of the HMAC and of the ciphertext.
  for (std::size_t at : {30u, 160u, 345u}) {
    std::string changed(a_secret);
    changed[at] = changed[at] == '3' ? '9' : '3';
    CAF_CHECK_NOT_EQUAL(open(changed), "a secret");
  }
}

CAF_TEST(broken texts) {
  auto body = [](std::string_view text) { return open("$ANSIBLE_VAULT;1.1;AES256\n" + std::string(text)); };
  CAF_CHECK_EQUAL(body("313"), "vault_format: Vault format unhexlify error: Odd-length string");
  CAF_CHECK_EQUAL(body("31xx"), "vault_format: Vault format unhexlify error: Non-hexadecimal digit found");
  CAF_CHECK_EQUAL(body("3131"),
                  "vault_format: Vault vaulttext format error: not enough values to unpack (expected 3, got 1)");
  CAF_CHECK_EQUAL(body("31310a"),
                  "vault_format: Vault vaulttext format error: not enough values to unpack (expected 3, got 2)");
  CAF_CHECK_EQUAL(body(""), "vault_format: Vault vaulttext format error: not enough values to unpack (expected 3, got 1)");
  CAF_CHECK_EQUAL(body("310a310a31"), "vault_format: Vault format unhexlify error: Odd-length string");
  CAF_CHECK_EQUAL(open("$ANSIBLE_VAULT\n31"), "vault_format: Vault envelope format error: list index out of range");
  CAF_CHECK_EQUAL(open("$ANSIBLE_VAULT;1.1;AES\n3131"), "vault: AES cipher could not be found");
  CAF_CHECK(!is_vault_text("$ANSIBLE_VAULT;1.1;AES256\n\xc3\xa4"));
}

CAF_TEST(line ends and blanks of the header do not matter) {
  std::string text(a_secret);
  for (auto at = text.find('\n'); at != text.npos; at = text.find('\n', at + 2)) text.insert(at, 1, '\r');
  CAF_CHECK_EQUAL(open(text), "a secret");
  text = a_secret;
  CAF_CHECK_EQUAL(open("$ANSIBLE_VAULT ; 1.1; AES256 " + text.substr(text.find('\n'))), "a secret");
}

CAF_TEST(secrets are tried in order and ids may have to match) {
  auto keys = ring({secret_of("a", "wrong"), secret_of("b", "pass"), secret_of("c", "pass")});
  auto opened = keys->open(a_secret);
  CAF_REQUIRE(opened.has_value());
  CAF_CHECK_EQUAL(opened->used.id, "b");
  keyring_options strict;
  strict.match_ids = true;
  CAF_CHECK_EQUAL(open(*ring({secret_of("dev", "pass")}, strict), nothing), "");
  auto refused = ring({secret_of("other", "pass")}, strict)->open(nothing);
  CAF_REQUIRE(!refused.has_value());
  CAF_CHECK_EQUAL(refused.error().what().hint,
                  "the vault's id is 'dev'; ids with a secret that was tried: none (vault_id_match is set)");
  auto tried = ring({secret_of("x", "1"), secret_of("y", "2"), secret_of("x", "3")})->open(nothing);
  CAF_CHECK_EQUAL(tried.error().what().hint, "the vault's id is 'dev'; ids with a secret that was tried: x,y");
  // A vault without an id has the default one.
  strict.default_id = "mine";
  CAF_CHECK_EQUAL(open(*ring({secret_of("mine", "pass")}, strict), a_secret), "a secret");
}

CAF_TEST(a value is decrypted when it is used and only once) {
  int warned = 0;
  keyring_options options;
  options.warn = [&](const core::diagnostic& d) {
    ++warned;
    CAF_CHECK_EQUAL(d.where.str(), "v.yml:2:4");
  };
  yaml_options yaml;
  yaml.vault = ring({secret_of("default", "pass")}, options);
  std::string block(a_secret);
  for (auto at = block.find('\n'); at + 1 < block.size(); at = block.find('\n', at + 1)) block.insert(at + 1, "  ");
  auto doc = read_yaml_text("v.yml", "good: !vault |\n  " + block + "bad: [1]\n", yaml);
  CAF_REQUIRE(doc.has_value());
  auto* good = core::as_encrypted(doc->root->val["good"]);
  CAF_REQUIRE(good != nullptr);
  CAF_CHECK_EQUAL(shown(good->plaintext()), "'a secret'");
  CAF_CHECK(good->plaintext()->trust() == core::trust::data);
  CAF_CHECK_EQUAL(good->where().str(), "v.yml:1:7");
  doc = read_yaml_text("v.yml", "a: 1\nb: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  zz\n", yaml);
  CAF_REQUIRE(doc.has_value());
  CAF_CHECK_EQUAL(warned, 0);
  auto* bad = core::as_encrypted(doc->root->val["b"]);
  for (int i = 0; i < 3; ++i) {
    auto text = bad->plaintext();
    CAF_REQUIRE(!text.has_value());
    CAF_CHECK_EQUAL(text.error().what().where.str(), "v.yml:2:4");
  }
  CAF_CHECK_EQUAL(warned, 1);
}

CAF_TEST(containers know of encrypted texts and open them all) {
  auto it = encrypted_value(std::string(a_secret), {}, ring({secret_of("default", "pass")}));
  core::value box = core::dict{{core::value("k"), core::value(core::list{it, core::value(1)})}};
  CAF_CHECK(box.has_encrypted());
  CAF_CHECK(box.has_data());
  CAF_CHECK(!core::value(core::list{core::value("x")}).has_encrypted());
  CAF_CHECK_EQUAL(shown(core::decrypted(box)), "{'k': ['a secret', 1]}");
  // Nobody asked for the text: it stays what it is in JSON, as Ansible's encoder has it.
  auto json = core::to_json(core::value(core::list{it}));
  CAF_CHECK(json.starts_with("[{\"__ansible_vault\":\"$ANSIBLE_VAULT;1.1;AES256\\n3330"));
  auto shut = encrypted_value(std::string(a_secret), {}, nullptr);
  CAF_CHECK_EQUAL(shown(core::decrypted(core::value(core::list{shut}))),
                  "Attempting to decrypt but no vault secrets found");
}

CAF_TEST(json files may hold vaults and unsafe texts) {
  yaml_options yaml;
  yaml.vault = ring({secret_of("default", "pass")});
  std::string line = core::to_json(core::value(a_secret));
  auto doc = read_yaml_text("v.json", R"({"a": {"__ansible_vault": )" + line + R"(}, "b": {"__ansible_unsafe": "{{ x }}"}})", yaml);
  CAF_REQUIRE(doc.has_value());
  auto* a = core::as_encrypted(doc->root->val["a"]);
  CAF_REQUIRE(a != nullptr);
  CAF_CHECK_EQUAL(shown(a->plaintext()), "'a secret'");
  CAF_CHECK(!doc->root->val["b"].templated());
}

CAF_TEST(no message shows what is in a vault) {
  auto keys = ring({secret_of("default", "pass")});
  auto text = encrypt_vault("a: 1\nhidden_word: [\n", keys->secrets()[0]);
  yaml_options yaml;
  yaml.vault = keys;
  auto path = std::string("/tmp/mito-vault-test-") + std::to_string(::getpid()) + ".yml";
  {
    std::ofstream out(path);
    out << *text;
  }
  auto doc = read_yaml_file(path, yaml);
  CAF_REQUIRE(!doc.has_value());
  auto message = core::render(doc.error().what());
  CAF_CHECK(message.find(path + ":") != message.npos);
  CAF_CHECK(message.find("hidden_word") == message.npos);
  std::remove(path.c_str());
}

CAF_TEST(bytes of secrets are overwritten) {
  std::string text(100, 'x');
  const char* bytes = text.data();
  wipe(text);
  CAF_CHECK(text.empty());
  bool zero = true;
  for (int i = 0; i < 100; ++i) zero = zero && bytes[i] == 0;
  CAF_CHECK(zero);
}

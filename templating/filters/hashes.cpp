// Digests, base64, UUIDs, password hashes.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/digest.hpp"
#include "templating/encodings.hpp"
#include "templating/entropy.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

core::value hashed(call& c, std::string_view algorithm) {
  if (!digest(algorithm, "")) return filter_error(c, "unsupported hash type " + std::string(algorithm));
  auto s = c.self.kind() == core::kind::bytes ? std::string(c.self.as_string()) : in_text(c);
  if (c.m.failed()) return {};
  auto d = digest(algorithm, s);
  return text(hex(*d));
}
core::value do_hash(call& c) {
  return hashed(c, c.has(0) ? str(c.m, c[0]) : "sha1");
}
core::value do_md5(call& c) {
  return hashed(c, "md5");
}
core::value do_sha1(call& c) {
  return hashed(c, "sha1");
}

core::value do_b64encode(call& c) {
  if (c.self.kind() == core::kind::bytes) return text(base64_encode(c.self.as_string()));
  auto s = in_text(c);
  auto encoding = c.has(0) ? str(c.m, c[0]) : "utf-8";
  if (c.m.failed()) return {};
  auto bytes = encoded(c.m, s, encoding, "strict");
  return c.m.failed() ? core::value() : text(base64_encode(bytes));
}

core::value do_b64decode(call& c) {
  auto s = in_text(c);
  if (c.m.failed()) return {};
  std::size_t symbols = 0;
  auto raw = base64_decode(s, &symbols);
  if (!raw)
    return c.m.fail("value", symbols % 4 == 1 ? "Invalid base64-encoded string: number of data characters (" +
                                                    std::to_string(symbols) +
                                                    ") cannot be 1 more than a multiple of 4"
                                              : "Incorrect padding");
  auto encoding = c.has(0) ? str(c.m, c[0]) : "utf-8";
  // Bytes that are no text become lone surrogates in Python, which are U+FFFD here.
  auto lower = core::lower(encoding);
  bool wide = lower.find("16") != lower.npos || lower.find("32") != lower.npos;
  auto out = c.m.failed() ? std::string() : decoded(c.m, *raw, encoding, wide ? "surrogateescape" : "replace");
  return c.m.failed() ? core::value() : text(out);
}

std::optional<std::string> uuid_bytes(std::string_view s) {
  std::string digits;
  for (std::string_view prefix : {"urn:", "uuid:"})
    if (s.starts_with(prefix)) s.remove_prefix(prefix.size());
  for (char ch : s)
    if (ch != '-' && ch != '{' && ch != '}') digits += ch;
  if (digits.size() != 32 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
    return std::nullopt;
  std::string out;
  auto value_of = [](char ch) { return ch <= '9' ? ch - '0' : (ch | 32) - 'a' + 10; };
  for (std::size_t i = 0; i < 32; i += 2)
    out += static_cast<char>(value_of(digits[i]) * 16 + value_of(digits[i + 1]));
  return out;
}

/// Version 5; the default namespace is Ansible's.
core::value do_to_uuid(call& c) {
  auto space = c.has(0) ? str(c.m, c[0]) : "361E6D51-FAEC-444A-9079-341386DA8E2E";
  auto base = uuid_bytes(space);
  if (!base)
    return filter_error(c, "Invalid value '" + space +
                               "' for 'namespace': badly formed hexadecimal UUID string");
  auto d = digest("sha1", *base + in_text(c));
  if (!d || c.m.failed()) return {};
  auto raw = d->substr(0, 16);
  raw[6] = static_cast<char>((raw[6] & 0x0F) | 0x50);
  raw[8] = static_cast<char>((raw[8] & 0x3F) | 0x80);
  auto h = hex(raw);
  return text(h.substr(0, 8) + "-" + h.substr(8, 4) + "-" + h.substr(12, 4) + "-" + h.substr(16, 4) + "-" +
              h.substr(20));
}

core::value crypt_error(call& c, const std::string& why) {
  return filter_error(c, why + ". " + why);
}

/// As Ansible does it without passlib, by crypt(3); with blowfish, which crypt(3)'s Python door cannot.
core::value do_password_hash(call& c) {
  struct scheme {
    std::string_view name, passlib, id;
    std::size_t salt;
    std::int64_t implicit_rounds;
  };
  static constexpr scheme schemes[] = {{"md5", "md5_crypt", "1", 8, 0},
                                       {"blowfish", "bcrypt", "2b", 22, 12},
                                       {"sha256", "sha256_crypt", "5", 16, 535000},
                                       {"sha512", "sha512_crypt", "6", 16, 656000}};
  auto wanted = c.has(0) ? str(c.m, c[0]) : "sha512";
  const scheme* s = nullptr;
  for (auto& one : schemes)
    if (wanted == one.name || wanted == one.passlib) s = &one;
  if (!s) return crypt_error(c, "crypt.crypt does not support '" + wanted + "' algorithm");
  auto size = c.has(2) && !c[2].is_none() ? index(c.m, c[2]) : static_cast<std::int64_t>(s->salt);
  if (c.m.failed()) return {};
  auto salt = c.has(1) && !c[1].is_none()
                  ? str(c.m, c[1])
                  : random_text(static_cast<std::size_t>(
                                    std::max<std::int64_t>(1, std::min<std::int64_t>(size, 100))),
                                "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./");
  if (salt.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./") != salt.npos)
    return crypt_error(c, "invalid characters in salt");
  if (salt.size() > s->salt || (s->id == "2b" && salt.size() != s->salt))
    return crypt_error(c, "invalid salt size");
  auto rounds = c.has(3) && !c[3].is_none() ? index(c.m, c[3]) : s->id == "2b" ? 12 : 0;
  auto ident = c.has(4) && !c[4].is_none() && s->id == "2b" ? str(c.m, c[4]) : std::string(s->id);
  if (rounds > 10'000'000) return filter_error(c, "too many rounds for password_hash");
  std::string setting = "$" + ident + "$";
  if (s->id == "2b") {
    setting += (rounds < 10 ? "0" : "") + std::to_string(rounds) + "$" + salt;
  } else {
    // As Ansible does without passlib: crypt(3)'s own number of rounds unless one is given.
    if (rounds && rounds != s->implicit_rounds) setting += "rounds=" + std::to_string(rounds) + "$";
    setting += salt;
  }
  if (!c.self.is_string()) return c.m.fail_type("crypt() argument 1 must be str, not " + name_of_type(c.self));
  auto out = crypt_password(std::string(c.self.as_string()), setting);
  return out ? text(*out)
             : crypt_error(c, "crypt.crypt does not support '" + std::string(s->passlib) + "' algorithm");
}

constexpr function_def rows[] = {
    {"hash", do_hash, "hashtype=", function_ansible, "get_hash"},
    {"md5", do_md5, "", function_ansible},
    {"sha1", do_sha1, "", function_ansible},
    {"checksum", do_sha1, "", function_ansible},
    {"b64encode", do_b64encode, "encoding=", function_ansible},
    {"b64decode", do_b64decode, "encoding=", function_ansible},
    {"to_uuid", do_to_uuid, "namespace=", function_ansible},
    {"password_hash", do_password_hash, "hashtype= salt= salt_size= rounds= ident=",
     function_ansible | function_impure, "get_encrypted_password"},
};

} // namespace

constinit const function_table hash_filters = rows;

} // namespace mito::templating

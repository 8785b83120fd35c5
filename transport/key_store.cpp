#include "transport/key_store.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "transport/files.hpp"
#include "transport/host_keys.hpp"
#include "transport/known_hosts.hpp"

namespace mito::transport {
namespace {

std::string type_of(ssh_key key) {
  const char* name = key == nullptr ? nullptr : ssh_key_type_to_char(ssh_key_type(key));
  return name == nullptr ? "unknown" : short_type(name);
}

/// Says no to libssh's wish for a passphrase: we ask ourselves, elsewhere.
int no_passphrase(const char*, char*, size_t, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

std::uint32_t be32(std::string_view bytes, std::size_t at) {
  std::uint32_t v = 0;
  for (std::size_t i = 0; i < 4; ++i) v = v << 8 | static_cast<unsigned char>(bytes[at + i]);
  return v;
}

/// The public half that stands unencrypted in an openssh-key-v1 file (PROTOCOL.key).
key_ptr public_half(const std::string& text) {
  static constexpr std::string_view begin = "-----BEGIN OPENSSH PRIVATE KEY-----", end = "-----END";
  const auto from = text.find(begin);
  const auto to = text.find(end);
  if (from == text.npos || to == text.npos || to < from) return nullptr;
  std::string base64;
  for (char c : text.substr(from + begin.size(), to - from - begin.size()))
    if (c > ' ') base64 += c;
  const auto blob = base64_decode(base64);
  std::size_t at = 15; // "openssh-key-v1\0"
  auto skip_string = [&]() -> std::string_view {
    if (at + 4 > blob.size() || be32(blob, at) > blob.size() - at - 4)
      return at = blob.size() + 1, std::string_view{};
    const auto s = std::string_view(blob).substr(at + 4, be32(blob, at));
    at += 4 + s.size();
    return s;
  };
  skip_string(), skip_string(), skip_string(); // cipher, kdf, kdf options
  at += 4;                                     // number of keys
  const auto key = at <= blob.size() ? skip_string() : std::string_view{};
  if (key.size() < 8 || be32(key, 0) > key.size() - 4) return nullptr;
  const std::string type(key.substr(4, be32(key, 0)));
  ssh_key out = nullptr;
  ssh_pki_import_pubkey_base64(base64_encode(key).c_str(), ssh_key_type_from_name(type.c_str()), &out);
  return key_ptr(out);
}

} // namespace

std::shared_ptr<key_store::entry> key_store::at(const std::string& path) {
  std::lock_guard guard(mutex_);
  auto& slot = entries_[path];
  if (!slot) slot = std::make_shared<entry>();
  return slot;
}

void key_store::read(entry& e, const std::string& path) {
  e.read = true;
  if (::access(path.c_str(), R_OK) != 0) {
    e.found.status = errno == ENOENT ? key_status::missing : key_status::unreadable;
    e.found.detail = std::strerror(errno);
    return;
  }
  ssh_key key = nullptr;
  bool asked = false;
  if (ssh_pki_import_privkey_file(path.c_str(), nullptr, no_passphrase, &asked, &key) == SSH_OK) {
    e.open.reset(key);
    e.found.status = key_status::usable;
    e.found.type = type_of(key);
    return;
  }
  if (!asked) {
    e.found.status = key_status::unreadable;
    e.found.detail = "invalid format";
    return;
  }
  e.found.status = key_status::encrypted;
  ssh_key half = nullptr;
  if (ssh_pki_import_pubkey_file((path + ".pub").c_str(), &half) == SSH_OK) {
    e.found.key.reset(half);
  } else {
    e.found.key = public_half(read_file(path, 1u << 20).value_or(std::string()));
  }
  e.found.type = type_of(e.found.key.get());
}

loaded_key key_store::copy(const entry& e) {
  loaded_key out{e.found.status, nullptr, e.found.type, e.found.detail};
  // A copy for each connection: libssh caches state in a key, and connections live on different threads.
  ssh_key from = e.open ? e.open.get() : e.found.key.get();
  if (from != nullptr) out.key.reset(ssh_key_dup(from));
  return out;
}

loaded_key key_store::refusal(const entry& e, const prompter& ask) {
  return {key_status::wrong_passphrase, nullptr, e.found.type,
          ask.ask ? "no passphrase that fits was given" : "it is encrypted and there is nobody to ask"};
}

loaded_key key_store::load(const std::string& path, const std::optional<std::string>& passphrase) {
  const auto e = at(path);
  std::lock_guard guard(e->mutex);
  if (!e->read) read(*e, path);
  if (e->found.status == key_status::encrypted && passphrase) {
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(path.c_str(), passphrase->c_str(), nullptr, nullptr, &key) == SSH_OK) {
      e->open.reset(key);
      e->found.status = key_status::usable;
    } else {
      return {key_status::wrong_passphrase, nullptr, e->found.type, "the passphrase does not fit"};
    }
  }
  return copy(*e);
}

loaded_key key_store::unlock(const std::string& path, const prompter& ask) {
  const auto e = at(path);
  // Runs on the one thread for questions, so nobody asks twice; the lock is not held while a person thinks.
  {
    std::lock_guard guard(e->mutex);
    if (!e->read) read(*e, path);
    if (e->found.status != key_status::encrypted) return copy(*e);
    if (e->given_up || !ask.ask) return refusal(*e, ask);
  }
  for (int attempt = 0; attempt < 3; ++attempt) { // NumberOfPasswordPrompts
    auto answer = ask.ask("Enter passphrase for key '" + path + "': ", false);
    if (!answer || answer->empty()) break;
    ssh_key key = nullptr;
    if (ssh_pki_import_privkey_file(path.c_str(), answer->c_str(), nullptr, nullptr, &key) != SSH_OK)
      continue;
    std::lock_guard guard(e->mutex);
    e->open.reset(key);
    e->found.status = key_status::usable;
    return copy(*e);
  }
  std::lock_guard guard(e->mutex);
  e->given_up = true;
  return refusal(*e, ask);
}

} // namespace mito::transport

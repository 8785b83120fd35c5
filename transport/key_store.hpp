#pragma once
/// Private keys, parsed once per process and shared by all connections.
#include <libssh/libssh.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <unordered_map>

#include "transport/target.hpp"

namespace mito::transport {

struct free_key {
  void operator()(ssh_key key) const { ssh_key_free(key); }
};
using key_ptr = std::unique_ptr<std::remove_pointer_t<ssh_key>, free_key>;

enum class key_status : std::uint8_t { usable, missing, unreadable, encrypted, wrong_passphrase };

struct loaded_key {
  key_status status = key_status::missing;
  key_ptr
      key; ///< the caller's own copy: private when usable, public when encrypted and a public half was found
  std::string type;   ///< "ED25519", "RSA", …
  std::string detail; ///< why it is of no use
};

/// Thread-safe; reads files and computes: not on an I/O thread.
class key_store {
public:
  /// The key in `path`. An encrypted one is opened with `passphrase` when given; without, only its public
  /// half.
  loaded_key load(const std::string& path, const std::optional<std::string>& passphrase);
  /// Opens an encrypted key: by a passphrase that worked before or by asking, once per key and process.
  loaded_key unlock(const std::string& path, const prompter& ask);

private:
  struct entry {
    std::mutex mutex; ///< held while parsing, never while asking
    bool read = false;
    bool given_up = false; ///< asked, and no passphrase came that fits
    loaded_key found;
    key_ptr open; ///< the private key, once there is one
  };
  std::shared_ptr<entry> at(const std::string& path);
  static void read(entry& e, const std::string& path);
  static loaded_key copy(const entry& e);
  static loaded_key refusal(const entry& e, const prompter& ask);

  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<entry>> entries_;
};

} // namespace mito::transport

#pragma once
/// Whether a server's key may be trusted: the process-wide store of known_hosts files and the rules of
/// OpenSSH.
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "transport/known_hosts.hpp"
#include "transport/settings.hpp"

namespace mito::transport {

struct server_key {
  std::string type;        ///< "ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", …
  std::string key;         ///< base64
  std::string fingerprint; ///< "SHA256:…"
};

enum class key_state : std::uint8_t { known, unknown, changed, revoked, accepted };

struct key_verdict {
  key_state state = key_state::unknown;
  known_key line;         ///< that decided, for known, changed and revoked
  bool authority = false; ///< a @cert-authority line stands for this host
};

/// What the lines found for a host say about its key. Pure.
key_verdict judge(const std::vector<known_key>& lines, const server_key& key);

/// "ED25519", "ECDSA", "RSA": as OpenSSH's messages call a key type.
std::string short_type(std::string_view type);
/// Host-key algorithms to offer, those of known lines first (as OpenSSH does); comma-separated.
std::string preferred_algorithms(const std::vector<known_key>& lines);

/// All files of one process; thread-safe. Reads files: not on an I/O thread.
class host_keys {
public:
  /// The lines for this host in all of its files, and what was accepted meanwhile.
  std::vector<known_key> find(const ssh_settings& s);
  /// As `judge` on newly accepted keys only: whether another connection has answered meanwhile.
  key_state answered(const ssh_settings& s, const server_key& key);
  /// Adds the key to the user's first file (one atomic append) and to memory. Returns an error text or "".
  std::string remember(const ssh_settings& s, const server_key& key);
  void refuse(const ssh_settings& s, const server_key& key);

private:
  std::shared_ptr<const known_hosts_file> file(const std::string& path);

  std::mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<const known_hosts_file>> files_;
  std::unordered_multimap<std::string, known_key> added_; ///< by user's file and host name
  std::unordered_set<std::string> refused_;
};

/// @name OpenSSH's words
/// @{
std::string unknown_host_question(const ssh_settings& s, const std::string& peer, const server_key& key);
std::string changed_key_warning(const ssh_settings& s, const server_key& key, const known_key& line);
/// @}

} // namespace mito::transport

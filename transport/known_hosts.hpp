#pragma once
/// OpenSSH's known_hosts files (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT): read once, indexed, looked up without
/// I/O.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mito::transport {

enum class host_mark : std::uint8_t { none, revoked, authority };

struct known_key {
  host_mark mark = host_mark::none;
  std::string type; ///< "ssh-ed25519", …
  std::string key;  ///< base64, as in the file
  std::string file;
  std::uint32_t line = 0;
  bool other_port = false; ///< found under the name without port

  std::string where() const { return file + ":" + std::to_string(line); }
};

/// One file's lines. Immutable once read, so that any thread may search it.
class known_hosts_file {
public:
  /// A file that does not exist or cannot be read holds no keys. Lines that make no sense are passed over, as
  /// in OpenSSH.
  static std::shared_ptr<const known_hosts_file> read(const std::string& path);
  static std::shared_ptr<const known_hosts_file> parse(std::string_view text, const std::string& name);

  /// Every key that stands for `name`, in the order of the file. `name` as host_key_name makes it.
  std::vector<known_key> find(std::string_view name) const;
  std::size_t size() const { return keys_.size(); }

private:
  struct hashed {
    std::string salt, digest;
    std::uint32_t key;
  };
  struct patterns {
    std::string list;
    std::uint32_t key;
  };
  void add_line(std::string_view line, std::uint32_t number, const std::string& name);

  std::vector<known_key> keys_;
  std::unordered_multimap<std::string, std::uint32_t> names_; ///< plain names, lower case
  std::vector<hashed> hashed_;
  std::vector<patterns> patterns_; ///< lists with wildcards or negation
};

/// The name that known_hosts has for a host: lower case; "[host]:port" for another port than 22.
std::string host_key_name(std::string_view host, std::uint16_t port);
/// "|1|salt|digest" of a name, with a new random salt (HashKnownHosts).
std::string hash_host_name(std::string_view name);
/// Whether `text` matches OpenSSH's pattern: `*`, `?`; both already in the case that counts.
bool match_pattern(std::string_view text, std::string_view pattern);
/// Whether `text` matches a comma-separated list of which `!pattern` entries exclude: 1 yes, 0 no, -1
/// excluded.
int match_pattern_list(std::string_view text, std::string_view list);
std::string base64_encode(std::string_view bytes);
/// Empty on malformed input.
std::string base64_decode(std::string_view text);

} // namespace mito::transport

#pragma once
/// What a connection needs to know, after arguments, ssh_config and defaults have been put together.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "transport/target.hpp"

namespace mito::transport {

struct identity {
  std::string path;
  bool named = false; ///< by the user or a config file; else one of OpenSSH's default names
};

struct ssh_settings {
  std::string original_host; ///< as the inventory names it
  std::string host_name;     ///< where to connect (HostName)
  std::uint16_t port = 22;
  std::string user;
  std::optional<std::string> password;
  std::optional<std::string> key_passphrase;

  std::vector<identity> identities;
  bool identities_only = false;
  std::string agent_socket; ///< empty: no agent
  bool public_key = true, password_login = true, keyboard_interactive = true;
  /// PreferredAuthentications, of the methods that we have.
  std::vector<std::string> methods{"publickey", "keyboard-interactive", "password"};

  std::vector<std::string> user_known_hosts, global_known_hosts;
  std::string host_key_alias;
  unknown_host on_unknown = unknown_host::ask;
  bool hash_known_hosts = false;

  std::string proxy_command;           ///< expanded; empty: none
  std::vector<std::string> jump_hosts; ///< ProxyJump in the order of the way; empty: none
  /// That applied, when not the default one: hops look themselves up in it too.
  std::optional<std::string> config_file;

  std::chrono::milliseconds connect_timeout{10000};
  std::optional<std::chrono::seconds> alive_interval; ///< ServerAliveInterval
  int alive_count = 3;
  bool tcp_keepalive = true;
  int address_family = 0; ///< AF_UNSPEC, AF_INET, AF_INET6
  std::string bind_address;
  bool compression = false;
  std::string ciphers, macs, kex, host_key_algorithms, accepted_keys; ///< empty: defaults
  int rsa_min_size = 0;                                               ///< bits; 0: default
  /// SendEnv and SetEnv: "NAME=value". The command gets them by `env`: libssh would wait a round trip for each.
  std::vector<std::string> environment;
  bool batch = false;                                                 ///< BatchMode: nobody is asked

  /// Why this host needs the `ssh` program; empty: it does not.
  std::string needs_program;
  std::vector<std::string> notes; ///< for -vv: config files read, options passed over

  /// The name under which known_hosts has this host.
  std::string known_name() const;
  /// "web1" or "web1 port 2222", as OpenSSH writes it.
  std::string place() const;
};

} // namespace mito::transport

#pragma once
/// Where and how to connect: plain data, filled from inventory variables and settings by the caller.
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mito::transport {

/// What to do about a host key that known_hosts does not have (Ansible's host_key_checking, OpenSSH's
/// StrictHostKeyChecking).
enum class unknown_host : std::uint8_t { refuse, accept_new, ask, ignore };

/// Answers questions that need a person. Called on a helper thread, never on an I/O thread; may block.
struct prompter {
  /// `echo` false: a secret. nullopt: nobody to ask, or the user gave up.
  std::function<std::optional<std::string>(const std::string& question, bool echo)> ask;
};

struct ssh_target {
  /// As the inventory names it: looked up in ssh_config (HostName may rename it) and in known_hosts.
  std::string host;
  std::optional<std::uint16_t> port;      ///< ansible_port; else ssh_config's, else 22
  std::optional<std::string> user;        ///< ansible_user; else ssh_config's, else the login name
  std::optional<std::string> password;    ///< ansible_password: password and keyboard-interactive
  std::vector<std::string> private_keys;  ///< ansible_ssh_private_key_file; tried before the config's IdentityFile
  std::optional<std::string> key_passphrase;
  /// Extra OpenSSH arguments as Ansible's settings give them (ansible_ssh_args, _common_args, _extra_args), split as a
  /// shell would. `-o Option=value`, -i, -l, -p, -J, -F … that we can honour are; the rest makes this host use `ssh`.
  std::vector<std::string> ssh_arguments;
  unknown_host on_unknown = unknown_host::ask; ///< host_key_checking
  std::chrono::milliseconds connect_timeout{10000}; ///< Ansible's `timeout`; covers look-up to authentication
  std::optional<std::string> config_file;      ///< instead of ~/.ssh/config and /etc/ssh/ssh_config
  std::vector<std::string> known_hosts_files;  ///< instead of the config's; empty: the defaults
  /// ansible_ssh_executable: the program that replaces libssh where an option needs it.
  std::string ssh_program = "ssh";
  /// Use the program from the start (`ansible_connection: ssh` with `mito_transport: ssh-program`).
  bool force_program = false;
};

/// A program whose stdin and stdout are the stream (local, docker exec, …).
struct process_target {
  std::vector<std::string> argv;
  std::vector<std::string> environment; ///< added to ours, "NAME=value"
};

} // namespace mito::transport

#pragma once
// What a running lab is: its hosts, its addresses and its files. Written by up, read by the other
// subcommands.

#include "netlink.hpp"
#include "options.hpp"

#include <string>
#include <vector>

namespace mito::lab {

struct host {
  std::string name;
  host_kinds kinds;
  ipv4 address = 0;             ///< its own
  ipv4 contact = 0;             ///< where clients connect to: its own, or the proxy's for it
  std::string key_type_and_key; ///< public host key, as in known_hosts
  pid_t pid = 0;                ///< its pid 1, as the machine sees it
  unsigned long long started = 0;
};

struct lab {
  std::string dir;
  ipv4 base = 0;        ///< first address of its /21
  std::string uplink;   ///< the machine's link into it
  int uplink_index = 0; ///< its number: names are used again by later labs, numbers are not
  pid_t supervisor = 0;
  unsigned long long started = 0;
  std::vector<host> hosts;

  /// The machine's address in the lab; also the hosts' default gateway (which forwards nothing).
  ipv4 machine_address() const { return base + 1; }
  /// Throws lab_error for an unknown name.
  const host& find(const std::string& name) const;
};

inline constexpr unsigned prefix_length = 21;
/// The proxy's address for a host is the host's own plus this.
inline constexpr ipv4 proxy_offset = 1024;
inline constexpr const char* passphrase = "lab-passphrase";

/// The hosts that the options name, in order, without addresses.
std::vector<host> plan_hosts(const options& from);

/// Writes inventory.ini, known_hosts, ssh_config, state.json and the rest that clients read.
void write_client_files(const lab& from);

/// The lab's own record, written first so that down always finds what there is. Replaced as a whole.
void write_state(const lab& from);
/// Throws lab_error when the directory holds no lab.
lab read_state(const std::string& dir);
bool has_state(const std::string& dir);

/// Points this process's standard streams at the lab's log: no caller's pipe is held open by what outlives
/// it.
void leave_caller(const std::string& dir);

/// ssh-keygen's work: the client's keys in dir; a pool of host keys (key0, key1, ...) in pool.
void make_keys(const std::string& dir, const std::string& pool, unsigned pool_size);

} // namespace mito::lab

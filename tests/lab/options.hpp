#pragma once
// The command line: subcommands, their options, and what a kind of host means.

#include <cstdint>
#include <string>
#include <vector>

namespace mito::lab {

/// How one host differs from a stock one (--host NAME:kind,...).
struct host_kinds {
  bool no_python = false, no_perl = false;
  bool fish = false, noisy = false;
  bool refuse = false, silent = false, count = false;
  bool noexec_shm = false, tmp_full = false, tmp_read_only = false;
  bool require_tty = false, sudo_log = false;
  long delay_us = 0; ///< round trip added by the proxy
  long slow_ms = 0;  ///< time before the proxy passes a connection on
  int max_sessions = 10;

  /// Whether clients reach the host through the proxy. A refusing host has no proxy: its port is closed.
  bool proxied() const { return !refuse && (delay_us > 0 || slow_ms > 0 || silent || count); }
};

struct host_option {
  std::string name;
  host_kinds kinds;
};

struct options {
  std::string command; ///< up, down, exec, run, bytes, cut, freeze, thaw
  bool help = false;
  unsigned hosts = 0;
  std::string prefix = "web";
  std::string dir;
  std::string subnet; ///< first address of a /21, or "" for the first free one
  std::vector<host_option> extra;
  std::string host;
  std::vector<std::string> argv; ///< after --
};

/// Hosts in one lab at most: a Linux bridge has 1023 ports, and the upper half of a /21 belongs to the proxy.
inline constexpr unsigned max_hosts = 1000;

/// Throws lab_error with a usage message.
options parse_options(int argc, char** argv);

/// The text of --help for this subcommand, or the overview for "".
std::string help_text(const std::string& command);

/// Parses "nopython,delay=180ms,...". Throws lab_error.
host_kinds parse_kinds(const std::string& text);

} // namespace mito::lab

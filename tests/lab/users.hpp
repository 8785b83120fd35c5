#pragma once
// The accounts of every host, and the layer of files that all hosts share over the machine's own.

#include "options.hpp"

#include <span>
#include <string>

namespace mito::lab {

struct lab;

struct user {
  const char* name;
  unsigned id;
  const char* home;
  const char* shell;
  const char* password; ///< "" for none
  const char* hash;     ///< crypt(3) of it, few rounds so that logins are quick
  bool login;           ///< has authorized_keys
};

std::span<const user> users();

/// The users whose shells are installed; the others are named on stderr with the package that they need.
/// Writes the layer: accounts, homes, sudoers, names, PAM and an sshd without host key. Throws lab_error.
void write_shared_layer(const lab& from, const std::string& layer);

/// sshd_config(5) of a host.
std::string sshd_config(const host_kinds& kinds);

/// Changes one host's files, seen at root, as its kinds say.
void apply_kinds(const host_kinds& kinds, const std::string& root);

} // namespace mito::lab

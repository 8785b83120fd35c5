#pragma once
/// Password files and password programs.
#include <optional>
#include <string>
#include <vector>

#include "core/expected.hpp"
#include "playbook/vault/keyring.hpp"

namespace mito::playbook {

/// What a password program printed; `status` is negative when a signal ended it, as in Python.
struct secret_output {
  int status = 0;
  wiped_string out, err;
};
/// Runs `argv`, which keeps our stdin (and stderr unless `take_err`): it may ask its user. Waits without limit.
/// The error is worded as Python's OSError.
core::expected<secret_output> run_secret_program(const std::vector<std::string>& argv, bool take_err);
/// The bytes of a file, one MiB at most; the error is worded as Python's OSError.
core::expected<wiped_string> read_secret_bytes(const std::string& path);
/// Any of the execute bits, as Ansible asks.
bool is_executable(const std::string& path);
std::string_view without_line_ends(std::string_view s);

/// The secret that the file at `path` (expanded, absolute) holds or, when it is executable, prints. A program whose
/// name without extension ends in "-client" is given `--vault-id ID`. A file may be a vault that `known` opens.
core::expected<secret> read_password_source(const std::string& path, const std::optional<std::string>& id,
                                            const vault_keyring& known);

} // namespace mito::playbook

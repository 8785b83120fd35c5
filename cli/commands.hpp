#pragma once
/// One function per command; each gives the exit code.
#include "cli/option_table.hpp"

namespace mito::cli {

int run(const parsed& given);

int vault_create(const parsed& given);
int vault_decrypt(const parsed& given);
int vault_edit(const parsed& given);
int vault_view(const parsed& given);
int vault_encrypt(const parsed& given);
int vault_encrypt_string(const parsed& given);
int vault_rekey(const parsed& given);

int config_list(const parsed& given);
int config_dump(const parsed& given);
int config_view(const parsed& given);
int config_init(const parsed& given);

extern const command run_command, vault_command, config_command;

} // namespace mito::cli

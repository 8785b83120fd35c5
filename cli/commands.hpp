#pragma once
/// One function per command; each gives the exit code.
#include "cli/option_table.hpp"

namespace mito::cli {

int run(const parsed& given);
int run_adhoc(const parsed& given);
int show_inventory(const parsed& given);

} // namespace mito::cli

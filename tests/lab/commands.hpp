#pragma once
// The subcommands. Each returns the program's exit code or throws lab_error.

#include "options.hpp"

namespace mito::lab {

int up(const options& wish);
int run(const options& wish);
int down(const options& wish);
int exec(const options& wish);
/// bytes, cut, freeze, thaw
int proxy_command(const options& wish);

/// Starts a lab and returns its directory. keep: it outlives this process.
std::string start_lab(const options& wish, bool keep);
/// Ends a lab; nothing there is no error.
void end_lab(const std::string& dir);

} // namespace mito::lab

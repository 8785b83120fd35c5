#pragma once
/// Questions to a person while a run goes on (unknown host keys, passphrases).
#include <optional>
#include <string>

namespace mito::cli {

/// Asks on the controlling terminal, one question at a time, from whatever thread. nullopt: there is no terminal, its input has
/// ended, or `stopped` (a descriptor) became readable, which it does when the run is interrupted.
std::optional<std::string> ask_during_run(const std::string& question, bool echo, int stopped);

} // namespace mito::cli

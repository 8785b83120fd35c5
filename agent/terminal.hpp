#pragma once
/// A pseudo-terminal: for password prompts, and for what is to run on one.
#include "agent/descriptor.hpp"

namespace mito::agent {

struct terminal {
  descriptor master; ///< non-blocking
  /// Kept open by us: a master whose slave nobody has open reads as an error.
  descriptor slave;
  explicit operator bool() const { return static_cast<bool>(slave); }
};

/// Without echo. Empty when the system has no free pseudo-terminal.
terminal open_terminal();

} // namespace mito::agent

#pragma once
/// The agent's own program, for starting it again as another user.
#include "agent/descriptor.hpp"

namespace mito::agent {

/// A sealed file in memory with our image, mode 0555, opened read-only: others may execute it and nobody can change it.
/// Empty with errno set when the kernel has no memfd.
descriptor own_image();

} // namespace mito::agent

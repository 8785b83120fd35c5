#pragma once
/// The agent's own program, for starting it again as another user.
#include <string_view>

#include "agent/descriptor.hpp"

namespace mito::agent {

/// A sealed file in memory with these bytes and that mode, opened read-only: who may execute it cannot change it. Empty with
/// errno set when the kernel has no memfd.
descriptor executable_file(std::string_view bytes, unsigned mode);
/// The same with our own image, mode 0555.
descriptor own_image();

} // namespace mito::agent

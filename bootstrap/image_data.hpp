#pragma once
/// Defined in a generated file (cmake/embed_images.cmake): the agents as they were built, packed.
#include <span>

#include "bootstrap/images.hpp"

namespace mito::bootstrap {

std::span<const image> embedded_images();

} // namespace mito::bootstrap

#pragma once
/// Defined in a generated file (cmake/embed_images.cmake): the gzipped agents as they were built.
#include <span>

#include "bootstrap/images.hpp"

namespace mito::bootstrap {

std::span<const image> embedded_images();

} // namespace mito::bootstrap

#pragma once
/// The agents that are built into this program.
#include <span>
#include <string_view>

namespace mito::bootstrap {

struct image {
  std::string_view machine; ///< as `uname -m` says it
  std::string_view first;   ///< the first image: a static executable that unpacks itself
  std::string_view full;    ///< the full image, likewise
  unsigned memfd_create;    ///< number of that system call there
};

/// In the order in which they are tried on a target whose machine is not known yet: this machine's own first.
std::span<const image> images();
/// nullptr when no agent was built for that machine.
const image* find_image(std::string_view machine);

} // namespace mito::bootstrap

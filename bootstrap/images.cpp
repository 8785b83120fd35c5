#include "bootstrap/images.hpp"

#include <algorithm>
#include <sys/utsname.h>
#include <vector>

#include "bootstrap/image_data.hpp"

namespace mito::bootstrap {

namespace {

std::vector<image> own_machine_first() {
  auto embedded = embedded_images();
  std::vector<image> list(embedded.begin(), embedded.end());
  utsname u;
  ::uname(&u);
  std::stable_partition(list.begin(), list.end(), [&](const image& i) { return i.machine == u.machine; });
  return list;
}

} // namespace

std::span<const image> images() {
  static const std::vector<image> list = own_machine_first();
  return list;
}

const image* find_image(std::string_view machine) {
  for (const auto& i : images())
    if (i.machine == machine) return &i;
  return nullptr;
}

} // namespace mito::bootstrap

#include "bootstrap/images.hpp"

#include <algorithm>
#include <sys/utsname.h>
#include <vector>
#include <zlib.h>

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

constexpr std::size_t most_bytes = 16u << 20;

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

core::expected<std::string> inflate(const image& i) {
  std::string bytes(most_bytes, '\0');
  z_stream z = {};
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(i.gzip.data()));
  z.avail_in = static_cast<uInt>(i.gzip.size());
  z.next_out = reinterpret_cast<Bytef*>(bytes.data());
  z.avail_out = static_cast<uInt>(bytes.size());
  constexpr int gzip_window = 31;
  bool done = ::inflateInit2(&z, gzip_window) == Z_OK && ::inflate(&z, Z_FINISH) == Z_STREAM_END;
  bytes.resize(z.total_out);
  ::inflateEnd(&z);
  if (!done) return core::error("the agent's image in this program is damaged");
  bytes.shrink_to_fit();
  return bytes;
}

} // namespace mito::bootstrap

#include "bootstrap/image_file.hpp"

#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bootstrap/images.hpp"

namespace mito::bootstrap {

namespace {

int filled_memory_file(std::string_view bytes) {
  constexpr unsigned executable = 16; // MFD_EXEC, from Linux 6.3 on
  int fd = ::memfd_create("mito-agent", MFD_CLOEXEC | executable);
  if (fd < 0) fd = ::memfd_create("mito-agent", MFD_CLOEXEC);
  if (fd < 0) return -1;
  for (std::size_t at = 0; at < bytes.size();) {
    ssize_t n = ::write(fd, bytes.data() + at, bytes.size() - at);
    if (n <= 0) {
      ::close(fd);
      return -1;
    }
    at += static_cast<std::size_t>(n);
  }
  return fd;
}

} // namespace

image_file::~image_file() {
  if (fd_ >= 0) ::close(fd_);
}

std::string image_file::path() {
  if (fd_ < 0) {
    utsname u;
    ::uname(&u);
    const image* own = find_image(u.machine);
    if (!own) return {};
    fd_ = filled_memory_file(own->first);
  }
  std::string path = "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(fd_);
  // Not on systems where vm.memfd_noexec=2 took the permission away.
  return fd_ >= 0 && ::access(path.c_str(), X_OK) == 0 ? path : std::string();
}

} // namespace mito::bootstrap

#include "agent/image.hpp"

#include <cerrno>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "core/text.hpp"

namespace mito::agent {

namespace {

constexpr unsigned memfd_cloexec = 1, memfd_sealing = 2, memfd_exec = 16;
constexpr int add_seals = 1033, all_seals = 15;

descriptor memory_file() {
  // Kernels before 6.3 do not know the flag that vm.memfd_noexec=1 makes necessary.
  for (unsigned flags : {memfd_cloexec | memfd_sealing | memfd_exec, memfd_cloexec | memfd_sealing}) {
    int fd = static_cast<int>(::syscall(SYS_memfd_create, "mito-agent", flags));
    if (fd >= 0) return descriptor(fd);
  }
  return {};
}

} // namespace

descriptor executable_file(std::string_view bytes, unsigned mode) {
  descriptor file = memory_file();
  if (!file) return {};
  while (!bytes.empty()) {
    ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n <= 0) return {};
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  // memfds are born 0777: nobody may write to it before another user sees it.
  if (::fcntl(file.get(), add_seals, all_seals) != 0 || ::fchmod(file.get(), mode) != 0) return {};
  std::string path = "/proc/self/fd/";
  core::append_int(path, file.get());
  return descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

descriptor own_image() {
  descriptor source(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  if (!source) return {};
  std::string bytes;
  char portion[16384];
  for (ssize_t n; (n = ::read(source.get(), portion, sizeof portion)) != 0;) {
    if (n < 0) return {};
    bytes.append(portion, static_cast<std::size_t>(n));
  }
  return executable_file(bytes, 0555);
}

} // namespace mito::agent

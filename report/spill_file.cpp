#include "report/spill_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mito::report {

namespace {

bool write_at(int fd, std::string_view text, std::uint64_t at) {
  while (!text.empty()) {
    auto n = ::pwrite(fd, text.data(), text.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  return true;
}

bool read_at(int fd, char* into, std::size_t size, std::uint64_t at) {
  while (size > 0) {
    auto n = ::pread(fd, into, size, static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    into += n;
    size -= static_cast<std::size_t>(n);
    at += static_cast<std::uint64_t>(n);
  }
  return true;
}

constexpr std::size_t head_size = 1 + sizeof(std::uint32_t);

} // namespace

spill_file::~spill_file() {
  if (fd_ >= 0) ::close(fd_);
}

bool spill_file::open() {
  if (fd_ >= 0) return true;
  const char* named = std::getenv("TMPDIR");
  for (const char* folder : {named, "/var/tmp", "/tmp"}) {
    if (!folder) continue;
    fd_ = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd_ >= 0) return true;
  }
  return false;
}

bool spill_file::push(char kind, std::string_view text) {
  if (text.size() > UINT32_MAX || !open()) return false;
  auto size = static_cast<std::uint32_t>(text.size());
  char head[head_size];
  head[0] = kind;
  std::memcpy(head + 1, &size, sizeof size);
  if (!write_at(fd_, std::string_view(head, head_size), written_) || !write_at(fd_, text, written_ + head_size)) return false;
  written_ += head_size + size;
  return true;
}

bool spill_file::pop(char& kind, std::string& text) {
  if (empty()) return false;
  char head[head_size];
  std::uint32_t size = 0;
  bool good = read_at(fd_, head, head_size, read_);
  if (good) {
    kind = head[0];
    std::memcpy(&size, head + 1, sizeof size);
    text.resize(size);
    good = read_at(fd_, text.data(), size, read_ + head_size);
  }
  read_ += head_size + size;
  // What is read is given back to the disk once nothing is left.
  if (!good || empty()) {
    read_ = written_ = 0;
    (void)!::ftruncate(fd_, 0);
  }
  return good;
}

} // namespace mito::report

#include "agent/upload.hpp"

#include <cerrno>
#include <cstring>
#include <sys/random.h>
#include <sys/stat.h>

#include "core/text.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

namespace {

bool is_directory(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

/// The directory that the file itself will stand in. For a destination that ends in a slash and does not exist yet (the
/// module makes it) the nearest one above that does.
std::string home_of(std::string destination) {
  if (is_directory(destination)) return destination;
  bool to_be_made = destination.ends_with('/');
  do {
    while (destination.size() > 1 && destination.ends_with('/')) destination.pop_back();
    std::size_t slash = destination.rfind('/');
    if (slash == std::string::npos) return ".";
    destination.resize(slash == 0 ? 1 : slash);
  } while (to_be_made && destination != "/" && !is_directory(destination));
  return destination;
}

std::string temporary_name(const std::string& directory) {
  unsigned char random[8] = {};
  (void)!::getrandom(random, sizeof random, 0);
  std::string name = directory + "/.mito_";
  for (unsigned char c : random) {
    name += "0123456789abcdef"[c >> 4];
    name += "0123456789abcdef"[c & 15];
  }
  return name;
}

core::error failed(std::string what, int error) {
  what += ": ";
  what += std::strerror(error);
  return core::error(std::move(what));
}

} // namespace

upload::~upload() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

core::expected<void> upload::open(std::string destination, std::uint64_t size) {
  size_ = size;
  directory_ = home_of(std::move(destination));
  file_.reset(::open(directory_.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
  if (file_) return {};
  if (errno == ENOENT || errno == ENOTDIR) {
    struct stat st;
    if (::stat(directory_.c_str(), &st) != 0)
      return core::error("Destination directory " + directory_ + " does not exist");
  }
  // File systems without nameless files.
  std::string name = temporary_name(directory_);
  file_.reset(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file_) return failed("Destination " + directory_ + " not writable", errno);
  name_ = std::move(name);
  return {};
}

core::expected<void> upload::open_memory(std::uint64_t size) {
  if (size > protocol::max_result) return core::error("the program is larger than 64 MiB");
  size_ = size;
  in_memory_ = true;
  return {};
}

core::expected<void> upload::write(std::string_view bytes) {
  if (bytes.size() > size_ - written_) return core::error("the upload is longer than it was announced");
  written_ += bytes.size();
  if (in_memory_) {
    memory_ += bytes;
    return {};
  }
  hash_.add(bytes);
  while (!bytes.empty()) {
    ssize_t n = ::write(file_.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("could not write to a temporary file in " + directory_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

core::expected<void> upload::complete() {
  if (written_ != size_) return core::error("the upload is shorter than it was announced");
  if (in_memory_) return {};
  if (name_.empty()) {
    std::string source = "/proc/self/fd/";
    core::append_int(source, file_.get());
    std::string name = temporary_name(directory_);
    if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
      return failed("could not name the temporary file in " + directory_, errno);
    name_ = std::move(name);
  }
  file_.reset();
  return {};
}

std::uint32_t upload::take_credit() {
  std::uint64_t fresh = written_ - credited_;
  if (fresh < protocol::upload_credit_step) return 0;
  credited_ = written_;
  return static_cast<std::uint32_t>(fresh);
}

} // namespace mito::agent

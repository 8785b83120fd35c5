#include "agent/program_files.hpp"

#include <cerrno>
#include <cstring>
#include <sys/stat.h>

#include "agent/image.hpp"
#include "core/text.hpp"

namespace mito::agent {

namespace {

/// A path that a child can open: it inherits the descriptor.
std::string inherited(const descriptor& file) {
  ::fcntl(file.get(), F_SETFD, 0);
  std::string path = "/proc/self/fd/";
  core::append_int(path, file.get());
  return path;
}

void make_folders(const std::string& path) {
  for (std::size_t at = 1; at != std::string::npos; at = path.find('/', at + 1)) ::mkdir(path.substr(0, at).c_str(), 0700);
  ::mkdir(path.c_str(), 0700);
}

bool write_file(const std::string& path, std::string_view bytes, unsigned mode) {
  descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode));
  while (file && !bytes.empty()) {
    ssize_t n = ::write(file.get(), bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return static_cast<bool>(file);
}

} // namespace

program_files::~program_files() {
  if (folder_.empty()) return;
  ::unlink(program_.c_str());
  ::unlink(arguments_.c_str());
  ::rmdir(folder_.c_str());
}

bool program_files::in_memory(std::string_view program, std::string_view arguments) {
  program_file_ = executable_file(program, 0500);
  arguments_file_ = executable_file(arguments, 0400);
  if (!program_file_ || !arguments_file_) return false;
  program_ = inherited(program_file_);
  // Not where vm.memfd_noexec took the permission away.
  if (::access(program_.c_str(), X_OK) != 0) return false;
  arguments_ = inherited(arguments_file_);
  return true;
}

std::string program_files::in_folder(std::string_view program, std::string_view arguments, const std::string& name,
                                     const std::string& folder) {
  make_folders(folder);
  std::string made = folder + "/ansible-tmp-mito-XXXXXX";
  if (!::mkdtemp(made.data())) return "no folder for the module in " + folder + ": " + std::strerror(errno);
  folder_ = made;
  program_ = made + "/" + name;
  arguments_ = made + "/args";
  if (write_file(program_, program, 0700) && write_file(arguments_, arguments, 0600)) return {};
  return "could not write the module to " + made + ": " + std::strerror(errno);
}

std::string program_files::make(std::string_view program, std::string_view arguments, bool memory, const std::string& name,
                                const std::string& folder) {
  if (memory && in_memory(program, arguments)) return {};
  started();
  return in_folder(program, arguments, name, folder);
}

void program_files::started() {
  program_file_.reset();
  arguments_file_.reset();
}

} // namespace mito::agent

#include "modules/common/tree.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "modules/common/os.hpp"

namespace mito::modules {

bool tree_walk::next(walk_step& step) {
  while (!pending_.empty()) {
    step.base = std::move(pending_.back());
    pending_.pop_back();
    step.directories.clear();
    step.files.clear();
    std::vector<std::string> names;
    if (!list_directory(step.base, names)) continue;
    for (std::string& name : names)
      (is_directory(join_path(step.base, name)) ? step.directories : step.files).push_back(std::move(name));
    for (auto d = step.directories.rbegin(); d != step.directories.rend(); ++d) {
      std::string path = join_path(step.base, *d);
      if (!is_link(path)) pending_.push_back(std::move(path));
    }
    return true;
  }
  return false;
}

namespace {

/// Empties the directory that `fd` is open on, and closes it. Works by descriptor: a directory that is
/// swapped for a link meanwhile is not followed.
std::string empty_directory(int fd) {
  std::vector<std::string> names;
  std::string error;
  DIR* d = ::fdopendir(fd);
  if (!d) {
    error = os_error(errno);
    ::close(fd);
    return error;
  }
  while (dirent* e = ::readdir(d)) {
    std::string_view name = e->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  for (const std::string& name : names) {
    struct stat st;
    bool directory = ::fstatat(fd, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
    if (directory) {
      int inner = ::openat(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      error = inner < 0 ? os_error(errno, name) : empty_directory(inner);
    }
    if (error.empty() && ::unlinkat(fd, name.c_str(), directory ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT)
      error = os_error(errno, name);
    if (!error.empty()) break;
  }
  ::closedir(d);
  return error;
}

} // namespace

std::string remove_tree(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0) return os_error(errno, path);
  std::string error = empty_directory(fd);
  if (error.empty() && ::rmdir(path.c_str()) != 0) error = os_error(errno, path);
  return error;
}

int make_directories(const std::string& path) {
  std::string parent = directory_of(path);
  if (!parent.empty() && parent != path && !exists(parent))
    if (int error = make_directories(parent); error != 0 && error != EEXIST) return error;
  return ::mkdir(path.c_str(), 0777) == 0 ? 0 : errno;
}

} // namespace mito::modules

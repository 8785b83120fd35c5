#include "modules/common/replace.hpp"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/attributes.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"
#include "modules/common/tree.hpp"

namespace mito::modules {

int make_temporary(std::string_view directory, std::string_view prefix, std::string_view suffix,
                   bool is_directory, std::string& path) {
  static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
  for (int attempt = 0; attempt < 100; ++attempt) {
    unsigned char noise[8];
    if (::getrandom(noise, sizeof noise, 0) != sizeof noise) return -1;
    char name[8];
    for (int i = 0; i < 8; ++i) name[i] = letters[noise[i] % 37];
    path = join_path(directory, cat({prefix, std::string_view(name, 8), suffix}));
    int fd = is_directory ? ::mkdir(path.c_str(), 0700)
                          : ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd >= 0 || errno != EEXIST) return fd;
  }
  return -1;
}

int write_all(int fd, std::string_view data) {
  while (!data.empty()) {
    ssize_t n = ::write(fd, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    data.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

namespace {

int copy_bytes(const std::string& from, const std::string& to, std::string& where) {
  where = from;
  int in = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (in < 0) return errno;
  int out = ::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  int error = out < 0 ? errno : 0;
  if (error) where = to;
  char block[65536];
  while (error == 0) {
    ssize_t n = ::read(in, block, sizeof block);
    if (n == 0) break;
    if (n > 0)
      error = write_all(out, {block, static_cast<std::size_t>(n)});
    else if (errno != EINTR)
      error = errno;
  }
  ::close(in);
  // A full disk may show at close only (NFS).
  if (out >= 0 && ::close(out) != 0 && error == 0) error = errno;
  return error;
}

void copy_xattrs(const std::string& from, const std::string& to) {
  char names[4096], data[4096];
  ssize_t size = ::listxattr(from.c_str(), names, sizeof names);
  for (ssize_t at = 0; at < size;) {
    std::string name = names + at;
    at += static_cast<ssize_t>(name.size()) + 1;
    ssize_t n = ::getxattr(from.c_str(), name.c_str(), data, sizeof data);
    // As Python: what the file system or the account does not allow is left out.
    if (n >= 0) ::setxattr(to.c_str(), name.c_str(), data, static_cast<std::size_t>(n), 0);
  }
}

} // namespace

int copy_mode(const std::string& from, const std::string& to, bool with_times) {
  struct stat st;
  if (::stat(from.c_str(), &st) != 0) return errno;
  if (with_times) {
    timespec times[2] = {st.st_atim, st.st_mtim};
    if (::utimensat(AT_FDCWD, to.c_str(), times, 0) != 0) return errno;
    copy_xattrs(from, to);
  }
  return ::chmod(to.c_str(), st.st_mode & 07777) == 0 ? 0 : errno;
}

int copy_file(const std::string& from, const std::string& to, bool with_stat, std::string& where) {
  int error = copy_bytes(from, to, where);
  return error == 0 && with_stat ? copy_mode(from, to, true) : error;
}

std::string copy_tree(const std::string& from, const std::string& to, bool keep_links) {
  std::vector<std::string> names;
  if (!list_directory(from, names)) return os_error(errno, from);
  if (int error = make_directories(to)) return os_error(error, to);
  for (const std::string& name : names) {
    std::string source = join_path(from, name), target = join_path(to, name), where = source;
    int error = 0;
    if (keep_links && is_link(source)) {
      if (::symlink(read_link(source).c_str(), target.c_str()) != 0) error = errno;
    } else if (is_directory(source)) {
      if (std::string text = copy_tree(source, target, keep_links); !text.empty()) return text;
    } else {
      error = copy_file(source, target, true, where);
    }
    if (error) return os_error(error, where);
  }
  int error = copy_mode(from, to, true);
  return error ? os_error(error, to) : std::string();
}

std::string make_backup(call& c, const std::string& path) {
  if (!exists(path)) return {};
  std::string name = path + '.', where;
  core::append_int(name, ::getpid());
  name += cat({".", local_time(c.req(), std::time(nullptr), '@'), "~"});
  struct stat st;
  int error = copy_file(path, name, true, where);
  if (error == 0 && ::stat(path.c_str(), &st) == 0) {
    [[maybe_unused]] int ignored = ::chown(name.c_str(), st.st_uid, st.st_gid);
    if (flag_info flags = read_flags(c.req(), path, false); !flags.flags.empty())
      run_program(c.req(), {"chattr", '=' + flags.flags, name});
  }
  if (error != 0) {
    c.fail(cat({"Could not make backup of ", path, " to ", name, ": ", os_error(error, where)}));
    return {};
  }
  return name;
}

namespace {

/// For the errors that a copy beside the destination may get around: another file system, a busy or foreign
/// file.
bool move_by_copy(call& c, const std::string& from, const std::string& to, const struct stat* was) {
  std::string temporary, where;
  int fd = make_temporary(directory_of(to), ".ansible_tmp", base_of(to), false, temporary);
  bool unsafe = c.flag("unsafe_writes");
  int error = fd < 0 ? errno : 0;
  if (fd >= 0) {
    ::close(fd);
    error = copy_file(from, temporary, true, where);
    if (error == 0) {
      [[maybe_unused]] int ignored = was ? ::chown(temporary.c_str(), was->st_uid, was->st_gid) : 0;
      if (::rename(temporary.c_str(), to.c_str()) == 0) {
        ::unlink(from.c_str());
        return true;
      }
      error = errno;
    }
  }
  if (unsafe) {
    int copied = copy_file(fd < 0 ? from : temporary, to, false, where);
    if (fd >= 0) ::unlink(temporary.c_str());
    return copied == 0 || c.fail(cat({"Could not write data to file (", to, ") from (", from,
                                      "): ", os_error(copied, where)}));
  }
  if (fd < 0)
    return c.fail(cat({"The destination directory (", directory_of(to),
                       ") is not writable by the current user. Error was: ", os_error(error, temporary)}));
  ::unlink(temporary.c_str());
  if (!where.empty() && where != from)
    return c.fail(cat({"Failed to replace file: ", from, " to ", to, ": ", os_error(error, where)}));
  return c.fail(cat({"Unable to make ", from, " into to ", to, ", failed final rename from ",
                     core::to_repr(core::value::bytes(temporary)), ": ", os_error(error, temporary, to)}));
}

} // namespace

bool atomic_move(call& c, const std::string& from, const std::string& to) {
  struct stat was;
  // A link that stands there is replaced by a file with the attributes of a new one.
  bool creating = ::stat(to.c_str(), &was) != 0 || is_link(to);
  std::string context = !creating && selinux_enabled() ? selinux_context(to) : std::string();
  if (!creating) {
    if (::chmod(from.c_str(), was.st_mode & 07777) != 0 ||
        ::chown(from.c_str(), was.st_uid, was.st_gid) != 0) {
      if (errno != EPERM)
        return c.fail(cat({"Could not replace file: ", from, " to ", to, ": ", os_error(errno, from)}));
    }
  }
  if (::rename(from.c_str(), to.c_str()) != 0) {
    int error = errno;
    if (error != EPERM && error != EXDEV && error != EACCES && error != ETXTBSY && error != EBUSY)
      return c.fail(cat({"Could not replace file: ", from, " to ", to, ": ", os_error(error, from, to)}));
    if (!move_by_copy(c, from, to, creating ? nullptr : &was)) return false;
  }
  if (creating) {
    mode_t mask = ::umask(0);
    ::umask(mask);
    ::chmod(to.c_str(), 0666 & ~mask);
    [[maybe_unused]] int ignored = ::chown(to.c_str(), ::geteuid(), ::getegid());
  }
  if (!context.empty()) ::lsetxattr(to.c_str(), "security.selinux", context.c_str(), context.size() + 1, 0);
  if (creating && selinux_enabled()) run_program(c.req(), {"restorecon", to});
  return true;
}

} // namespace mito::modules

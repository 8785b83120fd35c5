#include "system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace mito::lab {

void fail_errno(const std::string& what) {
  throw lab_error{what + ": " + std::strerror(errno)};
}

long check(long result, const std::string& what) {
  if (result < 0) fail_errno(what);
  return result;
}

void unique_fd::reset() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

pipe_pair make_pipe() {
  int ends[2];
  check(::pipe2(ends, O_CLOEXEC), "pipe");
  return {unique_fd{ends[0]}, unique_fd{ends[1]}};
}

std::string read_file(const std::string& path) {
  unique_fd fd{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  check(fd.get(), path);
  std::string out;
  char buffer[16384];
  for (;;) {
    auto n = ::read(fd.get(), buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    check(n, path);
    if (n == 0) return out;
    out.append(buffer, static_cast<size_t>(n));
  }
}

bool exists(const std::string& path) {
  return ::access(path.c_str(), F_OK) == 0;
}

void write_file(const std::string& path, std::string_view content, mode_t mode, uid_t owner) {
  unique_fd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)};
  check(fd.get(), path);
  while (!content.empty()) {
    auto n = check(::write(fd.get(), content.data(), content.size()), path);
    content.remove_prefix(static_cast<size_t>(n));
  }
  if (owner != 0) check(::fchown(fd.get(), owner, owner), path);
  check(::fchmod(fd.get(), mode), path);
}

void make_dir(const std::string& path, mode_t mode, uid_t owner) {
  if (::mkdir(path.c_str(), mode) < 0 && errno != EEXIST) fail_errno(path);
  if (owner != 0) check(::lchown(path.c_str(), owner, owner), path);
  check(::chmod(path.c_str(), mode), path);
}

namespace {

void remove_entries(int parent, const char* name, dev_t device) {
  unique_fd fd{::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
  struct stat info;
  if (!fd || ::fstat(fd.get(), &info) < 0 || info.st_dev != device) return;
  DIR* dir = ::fdopendir(::dup(fd.get()));
  if (!dir) return;
  while (auto* entry = ::readdir(dir)) {
    std::string_view child{entry->d_name};
    if (child == "." || child == "..") continue;
    if (::unlinkat(fd.get(), entry->d_name, 0) < 0 && (errno == EISDIR || errno == EPERM))
      remove_entries(fd.get(), entry->d_name, device);
  }
  ::closedir(dir);
  ::unlinkat(parent, name, AT_REMOVEDIR);
}

} // namespace

void remove_tree(const std::string& path) {
  struct stat info;
  if (::lstat(path.c_str(), &info) < 0) return;
  if (S_ISDIR(info.st_mode))
    remove_entries(AT_FDCWD, path.c_str(), info.st_dev);
  else
    ::unlink(path.c_str());
  if (::lstat(path.c_str(), &info) == 0) throw lab_error{path + ": could not be removed"};
}

pid_t start_program(const std::vector<std::string>& argv) {
  auto pid = static_cast<pid_t>(check(::fork(), "fork"));
  if (pid != 0) return pid;
  int null = ::open("/dev/null", O_RDWR);
  ::dup2(null, 0);
  ::dup2(null, 1);
  exec_program(argv);
}

void run_program(const std::vector<std::string>& argv) {
  if (auto status = wait_status(start_program(argv)); status != 0)
    throw lab_error{argv[0] + " failed with status " + std::to_string(status)};
}

int wait_status(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) fail_errno("waitpid");
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void exec_program(const std::vector<std::string>& argv) {
  std::vector<char*> raw;
  for (const auto& arg : argv) raw.push_back(const_cast<char*>(arg.c_str()));
  raw.push_back(nullptr);
  ::execvp(raw[0], raw.data());
  auto missing = errno == ENOENT;
  std::fprintf(stderr, "mito-lab: %s: %s\n", raw[0], std::strerror(errno));
  ::_exit(missing ? 127 : 126);
}

std::string find_program(const std::string& name) {
  for (const char* dir : {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
    if (::access((dir + name).c_str(), X_OK) == 0) return dir + name;
  return {};
}

unsigned long long start_time(pid_t pid) {
  std::string stat;
  try {
    stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  } catch (const lab_error&) {
    return 0;
  }
  // The name may contain blanks and parentheses: fields are counted from the last one.
  auto fields = split(std::string_view{stat}.substr(stat.rfind(')') + 2), ' ');
  if (fields.size() < 20 || fields[0] == "Z" || fields[0] == "X") return 0;
  return std::stoull(fields[19]);
}

void kill_and_wait(pid_t pid, unsigned long long started, int signal, int timeout_ms) {
  unique_fd handle{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  // The pidfd is taken first: after the comparison the number cannot be reused under it.
  if (!handle || started == 0 || start_time(pid) != started) return;
  ::syscall(SYS_pidfd_send_signal, handle.get(), signal, nullptr, 0);
  pollfd entry{handle.get(), POLLIN, 0};
  ::poll(&entry, 1, timeout_ms);
}

long long now_ms() {
  timespec now;
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    auto at = text.find(separator);
    out.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

} // namespace mito::lab

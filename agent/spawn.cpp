#include "agent/spawn.hpp"

#include <cerrno>
#include <csignal>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/text.hpp"

extern char** environ;

namespace mito::agent {

namespace {

constexpr std::string_view usual_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// The files that argv[0] may mean, in order.
std::vector<std::string> candidates(const std::string& program, const std::vector<std::string>& environment) {
  if (program.find('/') != std::string::npos) return {program};
  std::string_view path = usual_path;
  for (std::string_view entry : environment)
    if (entry.starts_with("PATH=") && entry.size() > 5) path = entry.substr(5);
  std::vector<std::string> files;
  for (auto directory : core::split(path, ':')) {
    std::string file(directory);
    if (!file.empty()) file += '/';
    file += program;
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (const auto& t : texts) list.push_back(const_cast<char*>(t.c_str()));
  list.push_back(nullptr);
  return list;
}

/// Runs in the child, which shares our memory until it executes: system calls only.
int become_program(const spawn_options& o, const char* directory, char* const* files, char* const* argv,
                   char* const* environment, pid_t parent) {
  if (o.die_with_us) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) return ESRCH;
  }
  ::setsid();
  if (o.terminal >= 0) ::ioctl(o.terminal, TIOCSCTTY, 0);
  if (::dup2(o.in, 0) < 0 || ::dup2(o.out, 1) < 0 || ::dup2(o.err, 2) < 0) return errno;
  if (directory && ::chdir(directory) != 0) return errno;
  int error = ENOENT;
  for (; *files; ++files) {
    ::execve(*files, argv, environment);
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  return error;
}

} // namespace

std::vector<std::string> environment_with(const core::dict& added) {
  std::vector<std::string> list;
  for (char** e = environ; *e; ++e) {
    std::string_view entry = *e;
    if (!added.contains(entry.substr(0, entry.find('=')))) list.emplace_back(entry);
  }
  for (const auto& [key, val] : added) {
    std::string entry(key.as_string());
    entry += '=';
    entry += val.as_string();
    list.push_back(std::move(entry));
  }
  return list;
}

pid_t spawn(const spawn_options& o) {
  if (o.argv.empty()) {
    errno = EINVAL;
    return -1;
  }
  auto files = candidates(o.argv[0], o.environment);
  auto file_list = pointers(files), argv = pointers(o.argv), environment = pointers(o.environment);
  std::string directory(o.directory);
  pid_t parent = ::getpid();
  volatile int error = 0;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // vfork: an agent may hold tens of megabytes of output, and fork would copy its page tables.
  pid_t pid = ::vfork();
#pragma GCC diagnostic pop
  if (pid == 0) {
    error = become_program(o, directory.empty() ? nullptr : directory.c_str(), file_list.data(), argv.data(),
                           environment.data(), parent);
    ::_exit(127);
  }
  if (pid > 0 && error != 0) {
    ::waitpid(pid, nullptr, 0);
    errno = error;
    return -1;
  }
  return pid;
}

} // namespace mito::agent

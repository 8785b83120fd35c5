#include "modules/common/program.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/python.hpp"
#include "core/text.hpp"
#include "modules/common/os.hpp"

namespace mito::modules {

namespace {

constexpr std::size_t output_limit = 16u << 20;

[[noreturn]] void exec_child(const request& r, char** argv, const int (&ends)[6]) {
  int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, 0);
  ::dup2(ends[1], 1);
  ::dup2(ends[3], 2);
  for (const auto& e : r.environment)
    ::setenv(std::string(e.key.as_string()).c_str(), core::to_str(e.val).c_str(), 1);
  ::execvp(argv[0], argv);
  int error = errno;
  [[maybe_unused]] ssize_t n = ::write(ends[5], &error, sizeof error);
  ::_exit(127);
}

void drain(const int (&ends)[6], program_result& result) {
  pollfd fds[2] = {{ends[0], POLLIN, 0}, {ends[2], POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  char block[8192];
  for (int open = 2; open > 0;) {
    if (::poll(fds, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; ++i) {
      if (fds[i].fd < 0 || fds[i].revents == 0) continue;
      ssize_t n = ::read(fds[i].fd, block, sizeof block);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        fds[i].fd = -1;
        --open;
      } else if (texts[i]->size() < output_limit) {
        texts[i]->append(block, static_cast<std::size_t>(n));
      }
    }
  }
}

} // namespace

program_result run_program(const request& r, const std::vector<std::string>& argv) {
  program_result result;
  int ends[6];
  for (int i = 0; i < 6; i += 2) {
    if (::pipe2(ends + i, O_CLOEXEC) == 0) continue;
    result.error = errno;
    for (int j = 0; j < i; ++j) ::close(ends[j]);
    return result;
  }
  std::vector<char*> pointers;
  for (const std::string& a : argv) pointers.push_back(const_cast<char*>(a.c_str()));
  pointers.push_back(nullptr);
  pid_t pid = ::fork();
  if (pid == 0) exec_child(r, pointers.data(), ends);
  for (int i = 1; i < 6; i += 2) ::close(ends[i]);
  if (pid < 0) {
    result.error = errno;
  } else {
    int error = 0;
    if (::read(ends[4], &error, sizeof error) == sizeof error) result.error = error;
    drain(ends, result);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    result.rc = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  for (int i = 0; i < 6; i += 2) ::close(ends[i]);
  return result;
}

std::string find_program(const request& r, std::string_view name, std::string* searched) {
  std::string paths = environment_variable(r, "PATH").value_or("");
  std::vector<std::string_view> directories = core::split(paths, ':');
  for (std::string_view extra : {"/sbin", "/usr/sbin", "/usr/local/sbin"}) {
    bool known = false;
    for (std::string_view d : directories) known |= d == extra;
    if (!known && exists(std::string(extra))) directories.push_back(extra);
  }
  for (std::string_view d : directories) {
    if (d.empty()) continue;
    std::string candidate = join_path(d, name);
    struct stat st;
    if (::stat(candidate.c_str(), &st) == 0 && !S_ISDIR(st.st_mode) && (st.st_mode & 0111)) return candidate;
  }
  if (searched)
    for (std::string_view d : directories) {
      if (!searched->empty()) *searched += ':';
      *searched += d;
    }
  return {};
}

} // namespace mito::modules

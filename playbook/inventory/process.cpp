#include "playbook/inventory/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>

extern char** environ;

namespace mito::playbook {

namespace {

constexpr std::size_t most_output = 256u << 20;

struct pipe_ends {
  int read = -1, write = -1;
  ~pipe_ends() { close_both(); }
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read = ends[0], write = ends[1];
    return true;
  }
  void close_write() {
    if (write >= 0) ::close(write);
    write = -1;
  }
  void close_both() {
    close_write();
    if (read >= 0) ::close(read);
    read = -1;
  }
};

/// Ours with `more` ("NAME=value") in front of what it replaces; the strings belong to their owners.
std::vector<char*> merged_environment(const std::vector<std::string>& more) {
  std::vector<char*> out;
  for (const auto& m : more) out.push_back(const_cast<char*>(m.c_str()));
  for (char** e = environ; *e; ++e) {
    std::string_view name(*e, std::strcspn(*e, "="));
    bool replaced = std::any_of(more.begin(), more.end(), [&](const std::string& m) {
      return m.size() > name.size() && m[name.size()] == '=' && m.starts_with(name);
    });
    if (!replaced) out.push_back(*e);
  }
  out.push_back(nullptr);
  return out;
}

/// The spawned process in a group of its own; 0 and errno text on failure.
pid_t spawn(const std::vector<std::string>& argv, const std::vector<std::string>& environment, const pipe_ends& out,
            const pipe_ends& err, int& failure) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.write, 1);
  posix_spawn_file_actions_adddup2(&actions, err.write, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // We block signals to take them in one place; a child that inherits that could not be interrupted.
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
  posix_spawnattr_setpgroup(&attributes, 0);
  std::vector<char*> words;
  for (const auto& a : argv) words.push_back(const_cast<char*>(a.c_str()));
  words.push_back(nullptr);
  auto settings = merged_environment(environment);
  pid_t pid = 0;
  failure = posix_spawnp(&pid, argv[0].c_str(), &actions, &attributes, words.data(), settings.data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  return failure ? 0 : pid;
}

/// Reads both pipes until they end; false after the deadline or too much output.
bool collect(pipe_ends& out, pipe_ends& err, program_output& into,
             std::chrono::steady_clock::time_point deadline) {
  pollfd fds[2] = {{out.read, POLLIN, 0}, {err.read, POLLIN, 0}};
  std::string* texts[2] = {&into.out, &into.err};
  int left = 2;
  char buffer[65536];
  while (left) {
    auto remaining =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (remaining.count() <= 0) return false;
    int ready = ::poll(fds, 2, static_cast<int>(std::min<std::int64_t>(remaining.count(), 60000)));
    if (ready < 0 && errno != EINTR) return false;
    for (int i = 0; ready > 0 && i < 2; ++i) {
      if (fds[i].fd < 0 || !fds[i].revents) continue;
      auto n = ::read(fds[i].fd, buffer, sizeof buffer);
      if (n > 0) texts[i]->append(buffer, static_cast<std::size_t>(n));
      if (n == 0 || (n < 0 && errno != EINTR)) {
        fds[i].fd = -1;
        --left;
      }
      if (texts[i]->size() > most_output) return false;
    }
  }
  return true;
}

} // namespace

core::expected<program_output> run_program(const std::vector<std::string>& argv, unsigned seconds,
                                           const std::vector<std::string>& environment) {
  pipe_ends out, err;
  if (!out.open() || !err.open()) return core::error(std::string("cannot make a pipe: ") + strerror(errno));
  int failure = 0;
  pid_t pid = spawn(argv, environment, out, err, failure);
  if (!pid) {
    std::string words;
    for (const auto& a : argv) words += (words.empty() ? "" : " ") + a;
    return core::error("problem running " + words + " (" + strerror(failure) + ")");
  }
  out.close_write();
  err.close_write();
  program_output result;
  auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  bool complete = collect(out, err, result, deadline);
  if (!complete) ::kill(-pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!complete) {
    core::error e(argv[0] + " did not finish within " + std::to_string(seconds) + " seconds");
    e.what().category = "timeout";
    return e;
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

} // namespace mito::playbook

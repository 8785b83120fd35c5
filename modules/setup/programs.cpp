#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "modules/setup/context.hpp"

extern "C" char** environ;

namespace mito::modules::setup {

namespace {

constexpr std::size_t output_limit = 4u << 20;

/// A null-terminated array; the texts have a zero byte behind them.
class pointers {
public:
  pointers(context& c, std::size_t room)
      : at_(reinterpret_cast<char**>(c.memory.bytes((room + 1) * sizeof(char*)))) {
    at_[0] = nullptr;
  }
  void add(std::string_view s) {
    at_[n_++] = const_cast<char*>(s.data());
    at_[n_] = nullptr;
  }
  char** get() const { return at_; }

private:
  char** at_;
  std::size_t n_ = 0;
};

pointers merged_environment(context& c) {
  std::size_t n = 0;
  while (environ != nullptr && environ[n] != nullptr) ++n;
  pointers out(c, n + c.call.environment.size() + 1);
  for (std::size_t i = 0; i < n; ++i) {
    const auto name = before(environ[i], '=');
    if (name != "LANG" && !starts(name, "LC_") && !c.call.environment.contains(name)) out.add(environ[i]);
  }
  for (const auto& [key, val] : c.call.environment) out.add(c.join({key.as_string(), "=", val.as_string()}));
  out.add("LC_ALL=C");
  return out;
}

bool runnable(const char* path) {
  struct stat st;
  return ::stat(path, &st) == 0 && !S_ISDIR(st.st_mode) && (st.st_mode & 0111) != 0;
}

} // namespace

std::int64_t now_ms() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

std::string_view environment(context& c, std::string_view name) {
  if (c.call.environment.contains(name)) return get(c.call.environment, name);
  for (char** e = environ; e != nullptr && *e != nullptr; ++e)
    if (before(*e, '=') == name) return after(*e, '=');
  return {};
}

std::string_view find_program(context& c, std::string_view name) {
  const auto path = c.join({environment(c, "PATH"), ":/sbin:/usr/sbin:/usr/local/sbin"});
  for (const auto directory : split(path, ':')) {
    if (directory.empty()) continue;
    const auto file = c.join({c.root, directory, "/", name});
    if (runnable(file.data())) return file.substr(c.root.size());
  }
  return {};
}

void program::start(context& c, std::initializer_list<std::string_view> argv) {
  int ends[4];
  if (::pipe2(ends, O_CLOEXEC) != 0) return;
  if (::pipe2(ends + 2, O_CLOEXEC) != 0) {
    ::close(ends[0]);
    ::close(ends[1]);
    return;
  }
  pointers arguments(c, argv.size());
  for (const auto a : argv) arguments.add(c.join({a}));
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, ends[3], 2);
  if (::posix_spawn(&pid, arguments.get()[0], &actions, nullptr, arguments.get(),
                    merged_environment(c).get()) != 0)
    pid = -1;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  ::close(ends[3]);
  out = ends[0];
  err = ends[2];
}

program_output program::finish(context& c, int seconds) {
  program_output result;
  const auto deadline = now_ms() + seconds * 1000;
  pollfd waits[2] = {{out, POLLIN, 0}, {err, POLLIN, 0}};
  std::string texts[2];
  bool in_time = pid > 0;
  while (in_time && (waits[0].fd >= 0 || waits[1].fd >= 0)) {
    const auto left = deadline - now_ms();
    in_time = left > 0 && ::poll(waits, 2, static_cast<int>(left)) >= 0;
    for (int i = 0; in_time && i < 2; ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      char buffer[4096];
      const auto n = ::read(waits[i].fd, buffer, sizeof buffer);
      if (n > 0) texts[i].append(buffer, static_cast<std::size_t>(n));
      if (n <= 0 || texts[i].size() > output_limit) waits[i].fd = -1;
    }
  }
  if (out >= 0) ::close(out);
  if (err >= 0) ::close(err);
  out = err = -1;
  result.out = c.join({texts[0]});
  result.err = c.join({texts[1]});
  if (pid <= 0) return result;
  int status = 0;
  // Nearly always the child has ended with its output; one that closed it and goes on gets the same deadline.
  while (in_time && ::waitpid(pid, &status, WNOHANG) == 0) {
    in_time = now_ms() < deadline;
    ::poll(nullptr, 0, 1);
  }
  if (!in_time) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
  }
  pid = -1;
  if (in_time && WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

program_output run(context& c, std::initializer_list<std::string_view> argv) {
  program p;
  p.start(c, argv);
  return p.finish(c);
}

} // namespace mito::modules::setup

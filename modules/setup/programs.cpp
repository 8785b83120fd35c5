#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/text.hpp"
#include "modules/setup/context.hpp"

extern "C" char** environ;

namespace mito::modules::setup {

namespace {

constexpr std::size_t output_limit = 4u << 20;

std::vector<std::string> merged_environment(const context& c) {
  std::vector<std::string> out;
  for (char** e = environ; e != nullptr && *e != nullptr; ++e) {
    const auto name = before(*e, '=');
    if (name == "LANG" || name.starts_with("LC_") || c.call.environment.contains(name)) continue;
    out.emplace_back(*e);
  }
  for (const auto& [key, val] : c.call.environment)
    out.push_back(joined(key.as_string(), "=", val.as_string()));
  out.emplace_back("LC_ALL=C");
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (auto& s : strings) out.push_back(s.data());
  out.push_back(nullptr);
  return out;
}

bool runnable(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && !S_ISDIR(st.st_mode) && (st.st_mode & 0111) != 0;
}

} // namespace

std::int64_t now_ms() {
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * 1000 + t.tv_nsec / 1000000;
}

std::string_view environment(const context& c, std::string_view name) {
  if (const auto* v = c.call.environment.find(name)) return v->as_string();
  for (char** e = environ; e != nullptr && *e != nullptr; ++e)
    if (before(*e, '=') == name) return after(*e, '=');
  return {};
}

std::string find_program(const context& c, std::string_view name) {
  const auto path = joined(environment(c, "PATH"), ":/sbin:/usr/sbin:/usr/local/sbin");
  for (const auto directory : core::split(path, ':')) {
    if (directory.empty()) continue;
    auto file = joined(directory, "/", name);
    if (runnable(joined(c.root, file))) return file;
  }
  return {};
}

void program::start(const context& c, const std::vector<std::string>& argv) {
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0) return;
  if (::pipe2(err, O_CLOEXEC) != 0) {
    ::close(out[0]);
    ::close(out[1]);
    return;
  }
  auto strings = argv;
  auto variables = merged_environment(c);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
  pid_t pid = -1;
  if (::posix_spawn(&pid, argv[0].c_str(), &actions, nullptr, pointers(strings).data(),
                    pointers(variables).data()) != 0)
    pid = -1;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  ::close(err[1]);
  pid_ = pid;
  out_ = out[0];
  err_ = err[0];
}

program_output program::finish(int seconds) {
  program_output result;
  const auto deadline = now_ms() + seconds * 1000;
  pollfd waits[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
  std::string* texts[2] = {&result.out, &result.err};
  bool in_time = pid_ > 0;
  while (in_time && (waits[0].fd >= 0 || waits[1].fd >= 0)) {
    const auto left = deadline - now_ms();
    in_time = left > 0 && ::poll(waits, 2, static_cast<int>(left)) >= 0;
    for (int i = 0; in_time && i < 2; ++i) {
      if (waits[i].fd < 0 || waits[i].revents == 0) continue;
      char buffer[4096];
      const auto n = ::read(waits[i].fd, buffer, sizeof buffer);
      if (n > 0) texts[i]->append(buffer, static_cast<std::size_t>(n));
      if (n <= 0 || texts[i]->size() > output_limit) waits[i].fd = -1;
    }
  }
  for (int* fd : {&out_, &err_}) {
    if (*fd >= 0) ::close(*fd);
    *fd = -1;
  }
  if (pid_ <= 0) return result;
  int status = 0;
  // Nearly always the child has ended with its output; one that closed it and goes on gets the same deadline.
  while (in_time && ::waitpid(pid_, &status, WNOHANG) == 0) {
    in_time = now_ms() < deadline;
    ::poll(nullptr, 0, 1);
  }
  if (!in_time) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, &status, 0);
  }
  pid_ = -1;
  if (in_time && WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

program::~program() {
  if (pid_ > 0) finish(0);
}

program_output run(const context& c, const std::vector<std::string>& argv) {
  program p;
  p.start(c, argv);
  return p.finish();
}

} // namespace mito::modules::setup

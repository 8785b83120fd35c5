#include "cli/run_prompts.hpp"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

namespace mito::cli {

namespace {

constexpr std::size_t longest_answer = 4096;

/// A line, or nothing when the input ended or the run was stopped.
std::optional<std::string> read_line(int fd, int stopped) {
  std::string answer;
  for (;;) {
    pollfd p[2] = {{fd, POLLIN, 0}, {stopped, POLLIN, 0}};
    if (::poll(p, 2, -1) < 0 && errno == EINTR) continue;
    if (p[1].revents) return std::nullopt;
    char c;
    auto n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n != 1) return std::nullopt;
    if (c == '\n') return answer;
    if (answer.size() < longest_answer) answer += c;
  }
}

} // namespace

std::optional<std::string> ask_during_run(const std::string& question, bool echo, int stopped) {
  static std::mutex one_at_a_time;
  std::lock_guard lock(one_at_a_time);
  pollfd over{stopped, POLLIN, 0};
  if (::poll(&over, 1, 0) > 0) return std::nullopt;
  int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  (void)!::write(fd, question.data(), question.size());
  termios before{};
  bool hidden = !echo && ::tcgetattr(fd, &before) == 0;
  if (hidden) {
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd, TCSAFLUSH, &quiet);
  }
  auto answer = read_line(fd, stopped);
  if (hidden) {
    ::tcsetattr(fd, TCSAFLUSH, &before);
    (void)!::write(fd, "\n", 1);
  }
  ::close(fd);
  return answer;
}

} // namespace mito::cli

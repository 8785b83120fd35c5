#include "cli/secrets.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>

namespace mito::cli {

std::optional<std::string> ask_on_terminal(const std::string& question, bool echo) {
  static std::mutex one_at_a_time;
  std::lock_guard lock(one_at_a_time);
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
  std::string answer;
  char c;
  ssize_t n;
  while ((n = ::read(fd, &c, 1)) == 1 && c != '\n' && answer.size() < 4096) answer += c;
  if (hidden) {
    ::tcsetattr(fd, TCSAFLUSH, &before);
    (void)!::write(fd, "\n", 1);
  }
  ::close(fd);
  if (n != 1) return std::nullopt;
  return answer;
}

core::expected<std::string> read_secret_file(const std::string& path) {
  std::string text;
  if (::access(path.c_str(), X_OK) == 0) {
    std::FILE* p = ::popen(("'" + path + "'").c_str(), "re");
    if (!p) return core::error("cannot run the password file " + path + ": " + std::strerror(errno));
    char buffer[512];
    std::size_t n;
    while ((n = std::fread(buffer, 1, sizeof buffer, p)) > 0 && text.size() < 65536) text.append(buffer, n);
    if (::pclose(p) != 0) return core::error("the password program " + path + " failed");
  } else {
    std::ifstream in(path);
    if (!in) return core::error("cannot read the password file " + path + ": " + std::strerror(errno));
    std::stringstream all;
    all << in.rdbuf();
    text = all.str();
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) return core::error("the password file " + path + " is empty");
  return text;
}

} // namespace mito::cli

#include "cli/secrets.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <mutex>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/paths.hpp"
#include "playbook/vault/programs.hpp"

namespace mito::cli {

namespace {

constexpr std::size_t longest_answer = 4096;
constexpr int interrupted = 99;

/// A terminal that shows nothing of what is typed while this lives.
class silence {
public:
  explicit silence(int fd) : fd_(fd), active_(::tcgetattr(fd, &before_) == 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (active_) active_ = ::tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  ~silence() { end(); }
  bool active() const { return active_; }
  void end() {
    if (active_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
    active_ = false;
  }

private:
  int fd_;
  termios before_{};
  bool active_;
};

/// Waits for ctrl-c, so that the terminal is itself again when it ends the program.
class interrupt_watch {
public:
  interrupt_watch() {
    sigemptyset(&watched_);
    sigaddset(&watched_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &watched_, &before_);
    fd_ = ::signalfd(-1, &watched_, SFD_CLOEXEC);
  }
  ~interrupt_watch() {
    ::close(fd_);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  int fd() const { return fd_; }

private:
  sigset_t watched_, before_;
  int fd_;
};

/// Reads a line byte by byte: what follows it belongs to others. False at the end of input. `signals` may be -1; else a
/// signal there ends the program.
bool read_line(int fd, playbook::wiped_string& into, silence* hidden, int signals) {
  bool any = false;
  for (;;) {
    pollfd p[2] = {{fd, POLLIN, 0}, {signals, POLLIN, 0}};
    if (::poll(p, 2, -1) < 0) continue;
    if (p[1].revents) {
      if (hidden) hidden->end();
      std::fputs("\n[ERROR]: User interrupted execution\n", stderr);
      ::_exit(interrupted);
    }
    char c;
    auto n = ::read(fd, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n != 1 || c == '\n') return n == 1 || any;
    any = true;
    if (into.text.size() < longest_answer) into.append({&c, 1});
  }
}

void put(int fd, std::string_view text) { (void)!::write(fd, text.data(), text.size()); }

std::mutex& one_at_a_time() {
  static std::mutex m;
  return m;
}

} // namespace

std::optional<std::string> ask_on_terminal(const std::string& question, bool echo) {
  std::lock_guard lock(one_at_a_time());
  int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  put(fd, question);
  playbook::wiped_string answer;
  bool ok;
  {
    std::optional<silence> hidden;
    if (!echo) hidden.emplace(fd);
    ok = read_line(fd, answer, hidden ? &*hidden : nullptr, -1);
  }
  if (!echo) put(fd, "\n");
  ::close(fd);
  if (!ok) return std::nullopt;
  return std::string(answer.view());
}

std::optional<playbook::wiped_string> ask_secret(const std::string& question) {
  std::lock_guard lock(one_at_a_time());
  int tty = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  int fd = tty >= 0 ? tty : STDIN_FILENO;
  playbook::wiped_string answer;
  bool ok;
  {
    interrupt_watch interrupts;
    silence hidden(fd);
    if (!hidden.active()) put(STDERR_FILENO, "Warning: Password input may be echoed.\n");
    put(tty >= 0 ? tty : STDERR_FILENO, question);
    ok = read_line(fd, answer, &hidden, interrupts.fd());
    if (ok) put(tty >= 0 ? tty : STDERR_FILENO, "\n");
  }
  if (tty >= 0) ::close(tty);
  if (!ok) return std::nullopt;
  return answer;
}

std::optional<std::string> ask_line(const std::string& question) {
  std::fputs(question.c_str(), stdout);
  std::fflush(stdout);
  playbook::wiped_string answer;
  interrupt_watch interrupts;
  if (!read_line(STDIN_FILENO, answer, nullptr, interrupts.fd())) return std::nullopt;
  return std::string(answer.view());
}

core::expected<std::string> read_secret_file(const std::string& given) {
  bool from_stdin = given == "-";
  auto path = from_stdin ? "/dev/stdin" : playbook::unfrack_path(given);
  playbook::wiped_string bytes;
  if (!from_stdin && ::access(path.c_str(), F_OK) != 0) return core::error("The password file " + path + " was not found");
  if (!from_stdin && playbook::is_executable(path)) {
    auto ran = playbook::run_secret_program({path}, true);
    if (!ran)
      return core::error("Problem occured when trying to run the password script " + path + " (" + ran.error().message() +
                         "). If this is not a script, remove the executable bit from the file.");
    if (ran->status != 0)
      return core::error("The password script " + path + " returned an error (rc=" + std::to_string(ran->status) +
                         "): " + core::to_repr(core::value::bytes(ran->err.view())));
    bytes = std::move(ran->out);
  } else {
    auto read = playbook::read_secret_bytes(path);
    if (!read) return core::error("Could not read password file " + path + ": " + read.error().message());
    bytes = std::move(*read);
    if (!from_stdin) {
      playbook::wiped_string trimmed;
      trimmed.append(core::trim(bytes.view()));
      bytes = std::move(trimmed);
    }
  }
  auto secret = playbook::without_line_ends(bytes.view());
  if (secret.empty()) return core::error("Empty password was provided from file (" + path + ")");
  return std::string(secret);
}

} // namespace mito::cli

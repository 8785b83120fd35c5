#include "transport/exec_channel.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

namespace mito::transport {
namespace {

constexpr std::size_t tail_limit = 16 * 1024;
/// One SSH packet's worth: OpenSSH's channel packets are 32 KiB.
constexpr std::size_t piece = 32 * 1024;

/// RFC 4254, 6.10: names without "SIG".
int signal_number(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, int>, 14> all{{{"ABRT", SIGABRT},
                                                                         {"ALRM", SIGALRM},
                                                                         {"FPE", SIGFPE},
                                                                         {"HUP", SIGHUP},
                                                                         {"ILL", SIGILL},
                                                                         {"INT", SIGINT},
                                                                         {"KILL", SIGKILL},
                                                                         {"PIPE", SIGPIPE},
                                                                         {"QUIT", SIGQUIT},
                                                                         {"SEGV", SIGSEGV},
                                                                         {"TERM", SIGTERM},
                                                                         {"USR1", SIGUSR1},
                                                                         {"USR2", SIGUSR2},
                                                                         {"BUS", SIGBUS}}};
  for (const auto& [text, number] : all)
    if (text == name) return number;
  return 0;
}

} // namespace

exec_channel::exec_channel(endpoint& end, std::string command) : end_(end), command_(std::move(command)) {}

void exec_channel::install_callbacks() {
  ssh_callbacks_init(&callbacks_);
  callbacks_.userdata = this;
  callbacks_.channel_data_function = [](::ssh_session, ssh_channel, void* data, std::uint32_t size,
                                        int is_stderr, void* me) {
    return static_cast<exec_channel*>(me)->take(static_cast<const char*>(data), size, is_stderr != 0);
  };
  callbacks_.channel_close_function = [](::ssh_session, ssh_channel, void* me) {
    static_cast<exec_channel*>(me)->remote_closed_ = true;
  };
  callbacks_.channel_exit_status_function = [](::ssh_session, ssh_channel, int status, void* me) {
    static_cast<exec_channel*>(me)->exit_status_ = status;
  };
  callbacks_.channel_exit_signal_function = [](::ssh_session, ssh_channel, const char* name, int, const char*,
                                               const char*, void* me) {
    static_cast<exec_channel*>(me)->signal_ = name == nullptr ? "?" : name;
  };
  ssh_set_channel_callbacks(channel_, &callbacks_);
}

/// Inside libssh: nothing here may end the session.
int exec_channel::take(const char* bytes, std::uint32_t size, bool is_stderr) {
  if (is_stderr) {
    stderr_tail_.append(bytes, size);
    if (stderr_tail_.size() > tail_limit) stderr_tail_.erase(0, stderr_tail_.size() - tail_limit);
    return static_cast<int>(size);
  }
  // What is not taken stays in libssh's buffer, whose size the channel's window bounds (1.28 MB):
  // back-pressure.
  if (stage_ != stage::running || end_.paused()) {
    undelivered_ = true;
    return 0;
  }
  undelivered_ = false; // libssh passes all that it has
  end_.received(std::string(bytes, size));
  return static_cast<int>(size);
}

void exec_channel::session_ready() {
  if (on_ready) on_ready();
  channel_ = ssh_channel_new(session_->raw());
  if (channel_ == nullptr) {
    end_.close({close_reason::refused, -1, "cannot make a channel", {}, {}});
    return;
  }
  install_callbacks();
  stage_ = stage::opening;
}

void exec_channel::session_turn() {
  if (stage_ == stage::opening) open();
  if (stage_ == stage::starting) request();
  if (stage_ == stage::starting || stage_ == stage::running) send();
  if (stage_ == stage::running) deliver();
  if (stage_ == stage::starting || stage_ == stage::running) finish_up();
}

void exec_channel::open() {
  const int rc = ssh_channel_open_session(channel_);
  if (rc == SSH_AGAIN) return;
  if (rc != SSH_OK) {
    end_.close(
        {close_reason::refused, -1, "the server refused a session: " + session_->libssh_error(), {}, {}});
    return;
  }
  stage_ = stage::starting;
}

void exec_channel::request() {
  const int rc = ssh_channel_request_exec(channel_, command_.c_str());
  if (rc == SSH_AGAIN) return; // send() follows at once: what is written waits at the server for the command
  if (rc != SSH_OK) {
    end_.close({close_reason::refused,
                -1,
                "the server refused to run a command: " + session_->libssh_error(),
                {},
                {}});
    return;
  }
  stage_ = stage::running;
  end_.opened();
}

void exec_channel::send() {
  while (!session_->congested()) {
    const auto bytes = end_.front().substr(0, piece);
    if (bytes.empty()) break;
    const int n = ssh_channel_write(channel_, bytes.data(), static_cast<std::uint32_t>(bytes.size()));
    if (n <= 0) return; // no window, or the channel is gone: finish_up or the session sees which
    end_.consumed(static_cast<std::size_t>(n));
  }
  if (end_.finishing() && end_.front().empty() && !eof_sent_) {
    ssh_channel_send_eof(channel_);
    eof_sent_ = true;
  }
}

void exec_channel::deliver() {
  std::array<char, piece> buffer;
  while (undelivered_ && !end_.paused() && !end_.closed()) {
    const int n = ssh_channel_read_nonblocking(channel_, buffer.data(), buffer.size(), 0);
    if (n <= 0) {
      undelivered_ = false;
      break;
    }
    end_.received(std::string(buffer.data(), static_cast<std::size_t>(n)));
  }
  // While there is something to send the window adjustments must come in; what else comes is bounded by the
  // window.
  session_->hold_reading(end_.paused() && end_.front().empty());
}

void exec_channel::finish_up() {
  if (!remote_closed_ || (undelivered_ && stage_ == stage::running)) return;
  close_info why{close_reason::finished, exit_status_, {}, {}, stderr_tail_};
  if (stage_ == stage::starting)
    why = {close_reason::refused, -1, "the server closed the channel", {}, stderr_tail_};
  if (!signal_.empty()) {
    const int number = signal_number(signal_);
    why.exit_status = number == 0 ? -1 : 128 + number;
    why.message = "the remote command was ended by signal " + signal_;
  }
  end_.close(std::move(why));
}

void exec_channel::session_failed(close_info why) {
  channel_ = nullptr; // went with the session
  stage_ = stage::done;
  why.exit_status = exit_status_;
  why.stderr_tail = stderr_tail_;
  end_.close(std::move(why));
}

void exec_channel::session_note(int verbosity, std::string text) {
  end_.note(verbosity, std::move(text));
}

void exec_channel::poke() {
  if (!end_.paused()) session_->hold_reading(false);
  session_->step();
}

void exec_channel::release() {
  stage_ = stage::done;
  if (channel_ != nullptr) ssh_remove_channel_callbacks(channel_, &callbacks_);
  channel_ = nullptr; // freed with its session
  if (session_) session_->release();
}

} // namespace mito::transport

#pragma once
/// One SSH connection on an I/O thread: key exchange, host key, authentication, then the traffic of its
/// channels.
#include <libssh/callbacks.h>
#include <libssh/libssh.h>

#include <memory>
#include <string>
#include <vector>

#include "transport/auth.hpp"
#include "transport/io_thread.hpp"
#include "transport/services.hpp"
#include "transport/settings.hpp"
#include "transport/stream.hpp"

namespace mito::transport {

/// Who uses a session: a command's channel, or the forwards of a jump host. Called on the I/O thread.
class session_user {
public:
  virtual void session_ready() = 0;
  /// The session is over; it has released everything. It may be dropped (through the loop's dispose).
  virtual void session_failed(close_info why) = 0;
  /// Once per round: send what there is, see what has changed.
  virtual void session_turn() = 0;
  virtual void session_note(int verbosity, std::string text) = 0;

protected:
  ~session_user() = default;
};

/// Members are for the I/O thread; held by shared_ptr so that helpers' answers find it or not.
class session final : public std::enable_shared_from_this<session>, fd_handler {
public:
  session(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop, ssh_settings settings,
          std::vector<known_key> known, session_user& user);
  ~session();

  /// Takes over the connected `fd`; `peer` is its numeric address (empty behind a proxy). Set-up must end by
  /// `deadline`.
  void start(int fd, std::string peer, std::chrono::steady_clock::time_point deadline);
  /// Does what can be done now; call when there is something new to send.
  void step();
  void release();

  ::ssh_session raw() const { return raw_; }
  const ssh_settings& settings() const { return settings_; }
  /// True while libssh holds bytes that the kernel has not taken: do not give it more.
  bool congested() const;
  /// No channel wants to read: leave the descriptor alone while nothing is to be sent.
  void hold_reading(bool on) { hold_reading_ = on; }
  std::string libssh_error() const;

private:
  enum class stage : std::uint8_t { idle, connecting, asking, authenticating, ready, dead };

  void on_fd(std::uint32_t events) override;
  bool configure();
  void shake_hands();
  void check_host_key();
  void ask_about(const server_key& key, const key_verdict& verdict);
  void after_question(key_state answer, const server_key& key);
  void refuse_unknown(const server_key& key);
  void trust(const server_key& key);
  void begin_auth();
  void authenticate();
  void pump();
  void keep_alive();
  void watch();
  void arm_deadline();
  void person(bool on);
  void fail(close_reason reason, std::string message, std::string hint = {});

  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  ssh_settings settings_;
  const std::vector<known_key> known_;
  session_user& user_;
  ::ssh_session raw_ = nullptr;
  ssh_event event_ = nullptr;
  int fd_ = -1;
  std::string peer_;
  stage stage_ = stage::idle;
  watch_id watch_ = 0;
  timer_id deadline_timer_ = 0, alive_timer_ = 0;
  std::chrono::steady_clock::time_point deadline_;
  std::chrono::milliseconds left_{0}; ///< of the deadline while a person is asked
  std::shared_ptr<authenticator> auth_;
  ssh_counter_struct counter_{};
  std::uint64_t heard_ = 0; ///< bytes received at the last keepalive
  int unheard_ = 0;         ///< keepalives without an answer
  bool hold_reading_ = false;
  bool auth_waits_ = false; ///< for a helper, which may be using the session
};

} // namespace mito::transport

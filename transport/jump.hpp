#pragma once
/// ProxyJump in process: one SSH session to the jump host, a direct-tcpip channel for each target behind it.
#include <libssh/callbacks.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "transport/child.hpp"
#include "transport/connector.hpp"
#include "transport/prepare.hpp"
#include "transport/session.hpp"

namespace mito::transport {

class jump_host;

/// Bytes between one direct-tcpip channel and our end of a socketpair; the target's session has the other
/// end.
class jump_channel final : fd_handler {
public:
  struct request {
    std::string host;
    std::uint16_t port = 22;
    /// Posted to the asker's loop: the descriptor, or why there is none.
    std::function<void(connector::outcome)> done;
  };

  jump_channel(jump_host& owner, io_thread& loop, request r)
      : owner_(owner), loop_(loop), request_(std::move(r)) {}
  ~jump_channel();
  /// Does what can be done now; false when the channel is over.
  bool turn();
  void fail(const close_info& why);
  /// The session is gone, and the channel with it.
  void forget_channel() { channel_ = nullptr; }

private:
  void on_fd(std::uint32_t events) override;
  bool open();
  bool connected();
  bool to_target();
  bool from_target();
  void watch();
  static int take(::ssh_session, ssh_channel, void* data, std::uint32_t size, int is_stderr, void* me);

  jump_host& owner_;
  io_thread& loop_;
  request request_;
  ssh_channel channel_ = nullptr;
  ssh_channel_callbacks_struct callbacks_{};
  owned_fd fd_;
  watch_id watch_ = 0;
  std::string unsent_;      ///< read from the socket, not yet taken by the channel's window
  std::string undelivered_; ///< read from the channel, not yet taken by the socket
  bool open_ = false, blocked_ = false, closed_ = false;
};

/// The session to one jump host, shared by all targets behind it; ends with its last channel. On its own
/// loop.
class jump_host final : public resident, public session_user, public std::enable_shared_from_this<jump_host> {
public:
  jump_host(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop, ssh_target target, int depth)
      : shared_(std::move(shared)), loop_(std::move(loop)), target_(std::move(target)), depth_(depth) {}

  io_thread& loop() { return *loop_; }
  /// Any thread.
  void ask(jump_channel::request r);
  bool gone() const { return gone_.load(); }
  ::ssh_session raw() const { return session_->raw(); }
  std::string libssh_error() const { return session_->libssh_error(); }
  bool congested() const { return session_->congested(); }
  void step() {
    if (session_) session_->step();
  }
  void evict(bool last_call) override;

private:
  void begin();
  void prepared_is(prepared p);
  void connected(connector::outcome outcome);
  void session_ready() override;
  void session_failed(close_info why) override;
  void session_turn() override;
  void session_note(int verbosity, std::string text) override;
  void end(const close_info& why);
  void rest_if_unused();

  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  const ssh_target target_;
  const int depth_;
  bool begun_ = false, ready_ = false;
  std::atomic<bool> gone_{false};
  std::chrono::steady_clock::time_point deadline_;
  timer_id timer_ = 0;
  ssh_settings settings_;
  std::vector<known_key> known_;
  std::unique_ptr<connector> connector_;
  std::shared_ptr<void> proxy_;
  std::shared_ptr<session> session_;
  std::vector<std::unique_ptr<jump_channel>> channels_;
};

/// The jump hosts of a pool, by the way to them. Thread-safe.
class jump_hosts {
public:
  /// Asks for a connection to `host`:`port` by way of `settings.jump_hosts`; `done` is posted to `loop`.
  void connect(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
               const ssh_settings& settings, int depth, std::function<void(connector::outcome)> done);
  void use_loops(std::vector<std::shared_ptr<io_thread>> loops) { loops_ = std::move(loops); }

private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<io_thread>> loops_;
  std::map<std::string, std::shared_ptr<jump_host>> hosts_;
  std::size_t turn_ = 0;
};

} // namespace mito::transport

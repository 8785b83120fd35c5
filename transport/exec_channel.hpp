#pragma once
/// The stream of one command on an SSH session of its own.
#include <libssh/callbacks.h>

#include <memory>
#include <string>

#include "transport/endpoint.hpp"
#include "transport/session.hpp"

namespace mito::transport {

/// Runs a command in a session channel and moves the endpoint's bytes through it.
class exec_channel final : public session_user {
public:
  exec_channel(endpoint& end, std::string command);
  ~exec_channel() { release(); }
  /// The session whose user this is; set before it starts.
  void attach(std::shared_ptr<session> s) { session_ = std::move(s); }
  void poke();
  void release();
  /// Called when the connection is up: its place among those connecting is free again.
  std::function<void()> on_ready;

private:
  enum class stage : std::uint8_t { idle, opening, starting, running, done };

  void session_ready() override;
  void session_failed(close_info why) override;
  void session_turn() override;
  void session_note(int verbosity, std::string text) override;

  void open();
  void request();
  void send();
  void deliver();
  void finish_up();
  int take(const char* bytes, std::uint32_t size, bool is_stderr);
  void install_callbacks();

  endpoint& end_;
  const std::string command_;
  std::shared_ptr<session> session_;
  ssh_channel channel_ = nullptr;
  ssh_channel_callbacks_struct callbacks_{};
  stage stage_ = stage::idle;
  bool eof_sent_ = false, remote_closed_ = false, undelivered_ = false;
  int exit_status_ = -1;
  std::string signal_, stderr_tail_;
};

} // namespace mito::transport

#pragma once
/// The stream of a child process: local, docker exec, the ssh program.
#include <functional>
#include <memory>
#include <string>

#include "transport/child.hpp"
#include "transport/endpoint.hpp"
#include "transport/services.hpp"

namespace mito::transport {

/// An fd_handler made of a function.
class fd_function final : public fd_handler {
public:
  explicit fd_function(std::function<void(std::uint32_t)> f) : f_(std::move(f)) {}
  void on_fd(std::uint32_t events) override { f_(events); }

private:
  std::function<void(std::uint32_t)> f_;
};

class process_driver : public driver, public std::enable_shared_from_this<process_driver> {
public:
  process_driver(endpoint& end, std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                 spawn_options options);

  void begin() override;
  void poke() override;
  void release() override;
  /// Called once, when the first byte of its output is there.
  std::function<void()> on_first_output;

protected:
  /// The child runs. The base reports `opened`.
  virtual void started();
  /// Bytes came from its pseudo-terminal.
  virtual void terminal_said(std::string_view) {}
  /// It has ended and its output has been delivered.
  virtual void ended(int status);
  /// Where the child is asked for: subclasses may look at its output.
  std::shared_ptr<services> shared() { return shared_; }
  std::shared_ptr<io_thread> loop() { return loop_; }
  bool released() const { return released_; }
  void type(std::string_view bytes); ///< into its pseudo-terminal
  const std::string& stderr_tail() const { return stderr_tail_; }
  endpoint& end() { return end_; }

private:
  void use(core::expected<spawned> child);
  void send();
  void receive();
  void receive_errors();
  void receive_terminal();
  void child_ended(int status);
  void conclude();

  endpoint& end_;
  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  const spawn_options options_;
  spawned fds_;
  std::shared_ptr<child_watch> child_;
  fd_function on_in_, on_out_, on_err_, on_terminal_;
  watch_id watch_in_ = 0, watch_out_ = 0, watch_err_ = 0, watch_terminal_ = 0;
  bool released_ = false, child_gone_ = false, out_ended_ = false;
  int status_ = -1;
  std::string stderr_tail_;
};

} // namespace mito::transport

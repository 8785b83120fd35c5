#pragma once
/// A non-blocking TCP connect that tries all addresses of a host.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "transport/io_thread.hpp"
#include "transport/resolver.hpp"

namespace mito::transport {

struct tcp_options {
  std::chrono::milliseconds budget{10000}; ///< for all addresses together
  std::chrono::seconds keepalive{30};      ///< probes, and how long sent data may stay unacknowledged; 0: off
  bool tcp_keepalive = true;               ///< TCPKeepAlive
  std::string bind_address;                ///< BindAddress; empty: any
};

/// One connect; on the I/O thread. Destroying it closes what is not yet handed over.
class tcp_connect final : fd_handler {
public:
  struct result {
    int fd = -1;       ///< connected, O_NONBLOCK, TCP_NODELAY; the callee owns it
    std::string peer;  ///< numeric address that was reached
    std::string error; ///< of the last address tried
    bool timed_out = false;
  };

  tcp_connect(io_thread& loop, tcp_options options, std::vector<address> addresses,
              std::function<void(result)> done);
  ~tcp_connect();
  void start();

private:
  void on_fd(std::uint32_t events) override;
  void try_next();
  bool begin(const address& to);
  void drop();
  void report(result r);

  io_thread& loop_;
  tcp_options options_;
  std::vector<address> addresses_;
  std::function<void(result)> done_;
  std::size_t next_ = 0;
  int fd_ = -1;
  watch_id watch_ = 0;
  timer_id timer_ = 0;
  std::chrono::steady_clock::time_point end_;
  std::string error_;
  bool timed_out_ = false;
};

/// TCP_NODELAY, SO_KEEPALIVE and TCP_USER_TIMEOUT as the options say.
void tune_socket(int fd, const tcp_options& options);

} // namespace mito::transport

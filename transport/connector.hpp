#pragma once
/// From settings to a connected descriptor: directly, through a ProxyCommand, or through a jump host.
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "transport/child.hpp"
#include "transport/services.hpp"
#include "transport/settings.hpp"
#include "transport/stream.hpp"
#include "transport/tcp_connect.hpp"

namespace mito::transport {

/// One attempt. On the I/O thread; destroying it gives up.
class connector {
public:
  struct outcome {
    owned_fd fd;
    std::string peer;
    close_info failure;           ///< when there is no fd
    std::shared_ptr<void> keeper; ///< must live as long as the connection (ProxyCommand)
  };

  connector(std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop, const ssh_settings& settings,
            std::chrono::steady_clock::time_point deadline, int depth = 0);
  ~connector();
  /// `done` is called once, maybe inside this call.
  void start(std::function<void(outcome)> done);
  /// What is under way, for a timeout's message: "name look-up", "connect".
  const char* doing() const;

private:
  void direct();
  void through_command();
  void through_jump_host();
  void resolved(resolve_result result);
  void connected(tcp_connect::result result);

  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  const ssh_settings& settings_;
  const std::chrono::steady_clock::time_point deadline_;
  const int depth_; ///< of jump hosts that stand behind each other
  std::function<void(outcome)> done_;
  std::unique_ptr<tcp_connect> tcp_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< a look-up's answer may come after our end
};

} // namespace mito::transport

#pragma once
/// Opens a target's stream: waits its turn, prepares, connects, and hands over to the command's channel.
#include <memory>
#include <string>

#include "transport/connector.hpp"
#include "transport/endpoint.hpp"
#include "transport/exec_channel.hpp"
#include "transport/prepare.hpp"
#include "transport/program_driver.hpp"

namespace mito::transport {

class ssh_driver final : public driver, public std::enable_shared_from_this<ssh_driver> {
public:
  ssh_driver(endpoint& end, std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
             ssh_target target, std::string command);

  void begin() override;
  void poke() override;
  void release() override;

private:
  void admitted(std::shared_ptr<connect_gate::place> place);
  void use(prepared p);
  void connect();
  void use_program();
  void connected(connector::outcome outcome);
  void fail(close_info why) { end_.close(std::move(why)); }

  endpoint& end_;
  const std::shared_ptr<services> shared_;
  const std::shared_ptr<io_thread> loop_;
  const ssh_target target_;
  const std::string command_;
  bool released_ = false;
  std::shared_ptr<connect_gate::place> place_;
  std::chrono::steady_clock::time_point deadline_;
  timer_id timer_ = 0;
  prepared prepared_;
  std::unique_ptr<connector> connector_;
  std::shared_ptr<exec_channel> channel_;
  std::shared_ptr<program_driver> program_; ///< instead of the session, where an option needs it
  std::shared_ptr<void> keeper_;            ///< of the connection
};

} // namespace mito::transport

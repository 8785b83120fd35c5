#pragma once
/// The `ssh` program as transport, for what libssh cannot do.
#include <functional>
#include <string>

#include "transport/process_driver.hpp"
#include "transport/target.hpp"

namespace mito::transport {

/// `ssh … -T HOST COMMAND` as a child; its questions come over a pseudo-terminal and are answered from the
/// target's secrets (never in argv or environment), or by a person.
class program_driver final : public process_driver {
public:
  program_driver(endpoint& end, std::shared_ptr<services> shared, std::shared_ptr<io_thread> loop,
                 const ssh_target& target, std::chrono::milliseconds connect_timeout,
                 const std::string& command);

private:
  void terminal_said(std::string_view text) override;
  void ended(int status) override;
  void ask_person(std::string question, bool echo);
  void give_up(std::string message);

  const ssh_target target_;
  std::string said_; ///< by ssh on its terminal since the last answer
  bool asking_ = false, password_given_ = false, passphrase_given_ = false;
};

/// The argument vector; pure.
std::vector<std::string> program_arguments(const ssh_target& target,
                                           std::chrono::milliseconds connect_timeout,
                                           const std::string& command);
/// What ssh's exit status and complaints mean.
close_info explain_program_end(int status, const std::string& stderr_tail);

} // namespace mito::transport

#pragma once
/// One agent behind sudo or su, seen from the agent above it.
#include <memory>
#include <string>
#include <utility>

#include "agent/become.hpp"
#include "agent/channel.hpp"
#include "agent/terminal.hpp"

namespace mito::agent {

class hop {
public:
  enum class state : std::uint8_t {
    starting,
    wants_payload, ///< descriptors were lost on the way: waits for `restart`
    up,
    failed, ///< never came up; `why` says the reason
    down,   ///< was up
  };

  hop(std::uint16_t number, protocol::hop_open&& open);

  std::uint16_t number() const { return number_; }
  hop::state state() const { return state_; }
  const protocol::hop_report& why() const { return why_; }

  /// True once, when the payload is to be asked for.
  bool take_wish() { return std::exchange(wish_, false); }
  /// The second attempt: `argv` reads stage-0's payload from its stdin once it has said so.
  void restart(const protocol::hop_payload& payload);

  /// Passes frames down; they are kept (bounded) until the hop is up.
  void send(std::string_view bytes);
  /// The next frame from below, once it is up. The first is the hello.
  bool next(protocol::frame& out);
  /// Ends it for what it sent.
  void misbehaved(std::string_view what);

  void poll(poll_set& set, bool reading) const;
  void handle(const poll_set& set);
  bool exited(pid_t pid, int status);

private:
  void start_become(const std::vector<std::string>& argv, bool by_descriptors);
  void start_image(std::string_view bytes);
  bool open_streams(descriptor& theirs, descriptor& their_err);
  void run(const std::vector<std::string>& argv, int in, int out, int err);
  void listen();
  void collect_output(const poll_set* set);
  void read_before_magic();
  void poke();
  void hear(become_dialogue::source from, std::string_view text);
  int exit_status() const;
  void ended();
  void fail(protocol::hop_report::reason why, std::string message);
  void end_process();
  void want_payload();

  std::uint16_t number_;
  enum state state_ = state::starting;
  protocol::hop_report why_;
  become_dialogue dialogue_;
  std::string method_;
  std::vector<std::string> argv_;
  moment timeout_, deadline_, exit_due_ = never, poke_due_ = never;
  bool retried_ = false, wish_ = false;
  pid_t pid_ = -1;
  int status_ = -1;
  channel link_;
  descriptor err_;
  agent::terminal terminal_;
  std::string before_magic_, queue_, payload_;
};

} // namespace mito::agent

#pragma once
/// One framed peer (the controller, or the agent of a hop): non-blocking in both directions.
#include <string>
#include <string_view>

#include "agent/descriptor.hpp"
#include "agent/poll_set.hpp"
#include "protocol/frame.hpp"

namespace mito::agent {

class channel {
public:
  channel() : decoder_(0) {}
  /// `out` may be empty: then `in` goes both ways (a socket).
  channel(descriptor in, descriptor out, std::uint32_t max_body);

  void poll(poll_set& set, bool reading = true) const;
  /// Writes what is possible, and reads one portion when there is something to read.
  void handle(const poll_set& set);
  /// The next frame; its views live until the next `handle` or `take_raw`.
  bool next(protocol::frame& out) { return decoder_.next(out); }

  /// Queues bytes and writes as much as the peer takes.
  void send(std::string_view bytes);
  void flush();
  std::size_t queued() const { return out_.size() - sent_; }
  /// For what precedes the frames: reads into `into` instead of the decoder.
  void read_raw(std::string& into);
  /// Hands bytes that were read raw to the decoder.
  void feed(std::string_view bytes) { decoder_.feed(bytes); }

  /// The peer is gone or sent something that no frame is.
  bool dead() const { return dead_ || !decoder_.error().empty(); }
  std::string_view protocol_error() const { return decoder_.error(); }
  int in() const { return in_.get(); }
  int out() const { return out_fd_ ? out_fd_.get() : in_.get(); }
  explicit operator bool() const { return static_cast<bool>(in_); }

private:
  descriptor in_, out_fd_;
  protocol::decoder decoder_;
  std::string out_;
  std::size_t sent_ = 0;
  bool dead_ = false;
};

} // namespace mito::agent

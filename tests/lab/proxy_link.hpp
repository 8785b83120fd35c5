#pragma once
// One connection through the proxy: two queues of bytes that come out in order, each after its delay.

#include "system.hpp"

#include <cstdint>
#include <deque>
#include <string>

namespace mito::lab {

/// Microseconds on the monotonic clock.
using microseconds = std::int64_t;
inline constexpr microseconds never = INT64_MAX;
microseconds now_us();

struct byte_counters {
  std::uint64_t to = 0, from = 0;
};

/// What a proxied host asks of its connections.
struct link_rules {
  microseconds round_trip = 0;
  microseconds slow = 0;
  bool silent = false;
};

/// Owns both sockets. The caller tells it of readiness through step() and registers what wants() says.
class proxy_link {
public:
  enum side { client = 0, server = 1 };

  /// accepted_at: also the start of the TCP handshake that the client believes to have made. On a real path
  /// of this delay the client's first bytes leave one round trip later and sshd sees the connection after one
  /// and a half.
  proxy_link(unique_fd accepted, const link_rules& rules, microseconds accepted_at);

  int descriptor(side which) const { return sockets_[which].get(); }
  /// When to dial the host; never once dialled.
  microseconds dial_at() const { return dial_at_; }
  /// Takes the (still connecting) socket to the host.
  void dialled(unique_fd socket);

  /// Moves what can be moved; false when the connection is over and to be destroyed.
  bool step(microseconds now, byte_counters& counters);
  /// epoll event mask for this side: 0 means take it out of the set.
  std::uint32_t wants(side which) const;
  /// When to call step() again without an event; never if only events matter.
  microseconds next_due() const;
  /// Makes the closing of both sockets a reset instead of an end of file.
  void reset_on_close();

  std::uint32_t registered[2] = {0, 0}; ///< the caller's note: the masks in its epoll set

private:
  struct chunk {
    microseconds due;
    std::string bytes; ///< empty: end of file
  };
  struct queue {
    std::deque<chunk> chunks;
    size_t offset = 0; ///< of the first chunk: already written
    size_t size = 0;
    bool source_done = false, sink_done = false, sink_full = false;
  };

  bool take_in(side from, microseconds now, std::uint64_t& counter);
  bool give_out(side to, microseconds now);
  /// The queue that is filled from this side.
  queue& from(side which) { return queues_[which]; }

  unique_fd sockets_[2];
  queue queues_[2];
  link_rules rules_;
  microseconds open_at_;
  microseconds dial_at_;
  bool connecting_ = false;
};

} // namespace mito::lab

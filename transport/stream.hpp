#pragma once
/// A byte stream to a target: what every transport offers and all that the layers above know of it.
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mito::transport {

/// Why a stream is gone; decides the text that a user sees and whether a retry makes sense.
enum class close_reason : std::uint8_t {
  finished,        ///< the remote command ended by itself; `exit_status` says how
  local,           ///< we closed it
  resolve_failed,  ///< the host name has no address
  connect_failed,  ///< refused, unreachable, no route
  timed_out,       ///< no answer within the connect timeout
  host_key,        ///< unknown (and checking is on), changed or revoked host key
  auth_failed,     ///< every offered method was refused
  lost,            ///< an established connection broke
  refused,         ///< the server refused the channel or the command
  bad_options,     ///< the target's settings make no sense
};

struct close_info {
  close_reason reason = close_reason::lost;
  /// Exit status of the remote command; -1 when unknown, 128+N for signal N.
  int exit_status = -1;
  /// One line that says what happened, in OpenSSH's words where users know them.
  std::string message;
  /// What to do next; may be empty.
  std::string hint;
  /// Up to 16 KiB of what the remote side wrote to stderr, newest last.
  std::string stderr_tail;
};

/// Receives a stream's events. Called on an I/O thread, one call at a time for one stream: must not block, throw, or
/// destroy the stream inside the call. After `closed` nothing more is called.
class stream_sink {
public:
  virtual ~stream_sink() = default;
  /// The remote command has been started.
  virtual void opened() = 0;
  virtual void received(std::string bytes) = 0;
  /// All bytes that were queued have been handed to the kernel or the SSH window; more may be written (back-pressure).
  virtual void drained() {}
  virtual void closed(close_info why) = 0;
  /// A line for -v output: which transport and why, key offered, config file used. Never a secret.
  virtual void note(int verbosity, std::string text) {
    (void)verbosity;
    (void)text;
  }
};

/// Handle of one stream. Thread-safe: calls post to the I/O thread and return at once.
/// Dropping the last handle closes the stream.
class stream {
public:
  virtual ~stream() = default;
  /// Queues bytes; allowed before `opened` (they are sent as soon as the command runs).
  virtual void write(std::string bytes) = 0;
  /// Bytes accepted by `write` that have not left yet.
  virtual std::size_t queued() const = 0;
  /// Stops (or resumes) delivery of `received`; the peer's window then fills: back-pressure towards the target.
  virtual void pause(bool on) = 0;
  /// No more writes: the remote side sees EOF; `closed` follows when it has ended.
  virtual void finish() = 0;
  /// Ends it at once; `closed(local)` follows.
  virtual void abort() = 0;
};

} // namespace mito::transport

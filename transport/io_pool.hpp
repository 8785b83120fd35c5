#pragma once
/// The I/O threads that drive every stream of a process.
#include <memory>
#include <string>

#include "transport/stream.hpp"
#include "transport/target.hpp"

namespace mito::transport {

struct pool_options {
  unsigned io_threads = 2;
  /// Threads for what blocks: getaddrinfo, encrypted keys, ssh-agent, Match exec, prompts.
  unsigned helper_threads = 4;
  /// SSH handshakes under way at one time; the others wait in order (their timeout starts when they do).
  unsigned connect_parallelism = 100;
  /// A stream's queue beyond which `drained` is owed to the writer.
  std::size_t write_high_water = 1u << 20;
  std::chrono::seconds keepalive{30};
  prompter prompts;
};

/// Owns the threads; destroying it aborts all streams and joins. Thread-safe.
class io_pool {
public:
  explicit io_pool(pool_options options);
  ~io_pool();
  io_pool(const io_pool&) = delete;
  io_pool& operator=(const io_pool&) = delete;

  /// Connects, checks the host key, authenticates and runs `command` through the login shell of the target. Errors
  /// arrive as `closed`. `initial` is written right behind the command (saves a call).
  std::shared_ptr<stream> open(ssh_target target, std::string command, std::shared_ptr<stream_sink> sink);
  std::shared_ptr<stream> open(process_target target, std::shared_ptr<stream_sink> sink);

  struct impl;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace mito::transport

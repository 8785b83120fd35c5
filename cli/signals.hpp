#pragma once
/// Ctrl-C: the first one stops the run in good order, the second leaves at once.
#include <functional>
#include <thread>

namespace mito::cli {

/// Blocks SIGINT, SIGTERM and SIGHUP for all threads that start after `block_signals` and waits for them in one of its own.
class signal_watch {
public:
  explicit signal_watch(std::function<void()> first);
  ~signal_watch();

private:
  int stop_[2];
  std::thread thread_;
};

/// To be called before any thread is started.
void block_signals();
/// For commands without a run: signals end them as usual.
void unblock_signals();

} // namespace mito::cli

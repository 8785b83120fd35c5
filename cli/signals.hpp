#pragma once
/// Ctrl-C: the first one stops the run in good order, the second leaves at once.
#include <functional>
#include <mutex>
#include <thread>

namespace mito::cli {

/// From now on SIGINT ends the program with Ansible's exit code and message; a run takes it over by a `signal_watch`. SIGPIPE is
/// an error of its stream. By handlers, not by masks or SIG_IGN: programs that we start must inherit neither.
void handle_signals();

/// Listens to SIGINT, SIGTERM and SIGHUP while it lives. Between `begin` and `finish` the first of them stops the run; any
/// other ends the program at once. At most one watch at a time.
class signal_watch {
public:
  signal_watch();
  ~signal_watch();
  signal_watch(const signal_watch&) = delete;
  signal_watch& operator=(const signal_watch&) = delete;

  /// Readable once a signal came: whoever waits for a person gives up.
  int stopped() const { return stopped_[0]; }
  /// `first` is called at the first signal, in a thread of the watch.
  void begin(std::function<void()> first);
  /// What `first` stops is over: it is not called any more.
  void finish();

private:
  void listen();

  int signals_[2], stopped_[2];
  std::mutex mutex_;
  std::function<void()> first_;
  bool asked_ = false;
  std::thread thread_;
};

} // namespace mito::cli

#pragma once
/// Threads for what blocks: name look-up, encrypted keys, ssh-agent, Match exec, questions to a person.
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace mito::transport {

/// First come, first served. Threads start with the first job, so that a run that never blocks has none.
class helper_pool {
public:
  explicit helper_pool(unsigned threads) : limit_(threads == 0 ? 1 : threads) {}
  ~helper_pool() { stop(); }
  helper_pool(const helper_pool&) = delete;
  helper_pool& operator=(const helper_pool&) = delete;

  /// Thread-safe. Jobs submitted after `stop` are dropped.
  void submit(std::function<void()> job);
  /// Drops what has not begun, waits for what has.
  void stop();

private:
  void run();

  const unsigned limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::vector<std::thread> threads_;
  unsigned idle_ = 0;
  bool stopping_ = false;
};

} // namespace mito::transport

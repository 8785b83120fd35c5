#pragma once
/// One I/O thread: level-triggered epoll, a command queue behind an eventfd, and timers.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace mito::transport {

/// Told of a descriptor's events (EPOLLIN, EPOLLOUT, EPOLLHUP, EPOLLERR), on the I/O thread.
class fd_handler {
public:
  virtual void on_fd(std::uint32_t events) = 0;

protected:
  ~fd_handler() = default;
};

/// Lives on one I/O thread until it is released; told when the pool goes away.
class resident {
public:
  virtual ~resident() = default;
  /// The loop ends: report what is owed and let go. `last_call`: the time of grace is over as well.
  virtual void evict(bool last_call) = 0;
};

using watch_id = std::uint64_t; ///< 0: none
using timer_id = std::uint64_t; ///< 0: none

/// `post` may be called from any thread; everything else only on the loop's own thread. Nothing that runs
/// here may block. The object outlives its thread: what is posted after `stop` is dropped.
class io_thread {
public:
  io_thread();
  ~io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  void start();
  /// Evicts the residents, ends the thread and joins it. Not on the loop's own thread.
  void stop();

  /// Runs `job` on the loop, in the order of posting; one wake-up for a batch. False once the loop has ended.
  bool post(std::function<void()> job);
  bool on_loop() const { return std::this_thread::get_id() == thread_id_; }

  /// Watches `fd` for `events`; 0 when the kernel refuses. The handler must unwatch before it dies.
  watch_id watch(int fd, std::uint32_t events, fd_handler& handler);
  void change(watch_id id, std::uint32_t events);
  void unwatch(watch_id& id);

  timer_id after(std::chrono::milliseconds delay, std::function<void()> job);
  void cancel(timer_id& id);

  void keep(std::shared_ptr<resident> who);
  /// Lets go of `who` after the present round of events: safe inside its own call.
  void release(const resident* who);
  /// Destroys `what` after the present round of events.
  void dispose(std::shared_ptr<void> what) { leaving_.push_back(std::move(what)); }
  std::size_t residents() const { return residents_.size(); }

private:
  using clock = std::chrono::steady_clock;
  struct watched {
    int fd;
    std::uint32_t events;
    fd_handler* handler;
  };

  /// For what is left at the end: see run().
  static constexpr std::chrono::milliseconds grace{500};

  void run();
  void turn(int wait);
  void evict_all(bool last_call);
  int wait_time() const;
  void fire_timers();
  void run_jobs();

  int epoll_ = -1;
  int wake_ = -1;
  std::thread thread_;
  std::thread::id thread_id_;
  std::mutex mutex_;
  std::vector<std::function<void()>> jobs_; // guarded by mutex_
  bool ended_ = false;                      // guarded by mutex_
  bool stopping_ = false;
  std::uint64_t next_id_ = 1;
  std::unordered_map<watch_id, watched> watches_;
  std::map<std::pair<clock::time_point, timer_id>, std::function<void()>> timers_;
  std::unordered_map<timer_id, clock::time_point> timer_times_;
  std::unordered_map<const resident*, std::shared_ptr<resident>> residents_;
  std::vector<std::shared_ptr<void>> leaving_;
};

} // namespace mito::transport

#include "transport/io_thread.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>

namespace mito::transport {

io_thread::io_thread() {
  epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = 0;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
}

io_thread::~io_thread() {
  stop();
  ::close(epoll_);
  ::close(wake_);
}

void io_thread::start() {
  // Signals are for the program's main thread; SIGPIPE must not end the process when a child closes its pipe.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  {
    // Under the lock: the first post may race with the assignment of the thread's id.
    std::lock_guard guard(mutex_);
    thread_ = std::thread([this] {
      { std::lock_guard wait_for_id(mutex_); }
      run();
    });
    thread_id_ = thread_.get_id();
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void io_thread::stop() {
  if (!thread_.joinable()) return;
  post([this] { stopping_ = true; });
  thread_.join();
}

bool io_thread::post(std::function<void()> job) {
  bool wake = false;
  {
    std::lock_guard guard(mutex_);
    if (ended_) return false;
    wake = jobs_.empty();
    jobs_.push_back(std::move(job));
  }
  if (wake) {
    const std::uint64_t one = 1;
    [[maybe_unused]] auto n = ::write(wake_, &one, sizeof one);
  }
  return true;
}

watch_id io_thread::watch(int fd, std::uint32_t events, fd_handler& handler) {
  const watch_id id = next_id_++;
  epoll_event event{};
  event.events = events;
  // An id and not the handler's address: an event of this round may be for a handler that an earlier event
  // destroyed.
  event.data.u64 = id;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return 0;
  watches_.emplace(id, watched{fd, events, &handler});
  return id;
}

void io_thread::change(watch_id id, std::uint32_t events) {
  auto found = watches_.find(id);
  if (found == watches_.end() || found->second.events == events) return;
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, found->second.fd, &event);
  found->second.events = events;
}

void io_thread::unwatch(watch_id& id) {
  auto found = watches_.find(id);
  if (found != watches_.end()) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, found->second.fd, nullptr);
    watches_.erase(found);
  }
  id = 0;
}

timer_id io_thread::after(std::chrono::milliseconds delay, std::function<void()> job) {
  const timer_id id = next_id_++;
  const auto when = clock::now() + delay;
  timers_.emplace(std::pair{when, id}, std::move(job));
  timer_times_.emplace(id, when);
  return id;
}

void io_thread::cancel(timer_id& id) {
  auto found = timer_times_.find(id);
  if (found != timer_times_.end()) {
    timers_.erase({found->second, id});
    timer_times_.erase(found);
  }
  id = 0;
}

void io_thread::keep(std::shared_ptr<resident> who) {
  const resident* key = who.get();
  residents_.emplace(key, std::move(who));
}

void io_thread::release(const resident* who) {
  auto found = residents_.find(who);
  if (found == residents_.end()) return;
  leaving_.push_back(std::move(found->second));
  residents_.erase(found);
}

int io_thread::wait_time() const {
  if (timers_.empty()) return -1;
  const auto left = timers_.begin()->first.first - clock::now();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return ms < 0 ? 0 : ms > 60000 ? 60000 : static_cast<int>(ms);
}

void io_thread::fire_timers() {
  const auto now = clock::now();
  while (!timers_.empty() && timers_.begin()->first.first <= now) {
    auto job = std::move(timers_.begin()->second);
    timer_times_.erase(timers_.begin()->first.second);
    timers_.erase(timers_.begin());
    job();
  }
}

void io_thread::run_jobs() {
  std::vector<std::function<void()>> batch;
  {
    std::lock_guard guard(mutex_);
    batch.swap(jobs_);
  }
  for (auto& job : batch) job();
}

void io_thread::turn(int wait) {
  std::array<epoll_event, 128> events;
  const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), wait);
  for (int i = 0; i < n; ++i) {
    const auto id = events[i].data.u64;
    if (id == 0) {
      std::uint64_t count = 0;
      [[maybe_unused]] auto got = ::read(wake_, &count, sizeof count);
      continue;
    }
    auto found = watches_.find(id);
    if (found != watches_.end()) found->second.handler->on_fd(events[i].events);
  }
  fire_timers();
  run_jobs();
  leaving_.clear();
}

void io_thread::evict_all(bool last_call) {
  auto last = residents_;
  for (auto& [key, who] : last) who->evict(last_call);
  last.clear();
  leaving_.clear();
}

void io_thread::run() {
  while (!stopping_) turn(wait_time());
  // What is posted from now on is dropped, and what was posted is dropped here: its references belong to this
  // thread.
  std::vector<std::function<void()>> dropped;
  {
    std::lock_guard guard(mutex_);
    ended_ = true;
    dropped.swap(jobs_);
  }
  evict_all(false);
  dropped.clear();
  // Children that were told to end get a moment to do so in order; those that stay are killed.
  const auto end = clock::now() + grace;
  while (!residents_.empty() && clock::now() < end) turn(std::min(wait_time() & 0xffff, 20));
  evict_all(true);
  timers_.clear();
  timer_times_.clear();
  residents_.clear();
  leaving_.clear();
}

} // namespace mito::transport

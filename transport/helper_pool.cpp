#include "transport/helper_pool.hpp"

#include <pthread.h>
#include <signal.h>

namespace mito::transport {

void helper_pool::submit(std::function<void()> job) {
  std::lock_guard guard(mutex_);
  if (stopping_) return;
  jobs_.push_back(std::move(job));
  if (idle_ < jobs_.size() && threads_.size() < limit_) {
    sigset_t all, before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    threads_.emplace_back([this] { run(); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  changed_.notify_one();
}

void helper_pool::stop() {
  std::deque<std::function<void()>> dropped;
  std::vector<std::thread> ending;
  {
    std::lock_guard guard(mutex_);
    stopping_ = true;
    dropped.swap(jobs_);
    ending.swap(threads_);
  }
  changed_.notify_all();
  for (auto& t : ending) t.join();
}

void helper_pool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    --idle_;
    if (stopping_) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
  }
}

} // namespace mito::transport

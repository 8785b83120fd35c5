#include "report/output_writer.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "core/text.hpp"
#include "report/text_layout.hpp"

namespace mito::report {

namespace {
constexpr std::size_t batch_size = 64 << 10;
}

output_writer::output_writer(const options& o) : options_(o) {}

output_writer::~output_writer() {
  if (started_) {
    {
      std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  erase();
}

void output_writer::write(stream to, std::string text) {
  std::unique_lock lock(mutex_);
  if (!started_) return put({to, std::move(text)});
  for (;;) {
    if (spilled_.empty() && (waiting_.empty() || held_ + text.size() <= options_.memory)) {
      held_ += text.size();
      waiting_.push_back({to, std::move(text)});
      break;
    }
    if (spilled_.size() <= options_.disk && spilled_.push(static_cast<char>(to), text)) break;
    // Only when the disk has no room either does the text's writer wait for its reader.
    room_.wait(lock);
  }
  lock.unlock();
  changed_.notify_one();
}

void output_writer::status(std::string text) {
  if (!options_.terminal) return;
  std::unique_lock lock(mutex_);
  status_ = std::move(text);
  if (!started_) {
    shown_status_ = status_;
    erase();
    draw();
    return;
  }
  status_changed_ = true;
  lock.unlock();
  changed_.notify_one();
}

void output_writer::while_silent(const std::function<void()>& ask) {
  drain();
  {
    std::unique_lock lock(mutex_);
    silent_ = true;
    room_.wait(lock, [&] { return !busy_; });
    erase();
  }
  ask();
  {
    std::lock_guard lock(mutex_);
    silent_ = false;
    status_changed_ = true;
  }
  changed_.notify_one();
}

void output_writer::start() {
  std::lock_guard lock(mutex_);
  if (std::exchange(started_, true)) return;
  thread_ = std::thread([this] { loop(); });
}

void output_writer::when_closed(std::function<void()> closed) {
  std::lock_guard lock(closed_mutex_);
  closed_ = std::move(closed);
}

void output_writer::tell_closed() {
  std::lock_guard lock(closed_mutex_);
  if (!std::exchange(told_, true) && closed_) closed_();
}

void output_writer::drain() {
  std::unique_lock lock(mutex_);
  if (!started_) return;
  room_.wait(lock, [&] { return waiting_.empty() && spilled_.empty() && !busy_; });
}

/// False: nothing is left and the end was asked for.
bool output_writer::next(std::unique_lock<std::mutex>& lock, piece& into) {
  for (;;) {
    if (!silent_) {
      if (!waiting_.empty()) {
        into = std::move(waiting_.front());
        waiting_.pop_front();
        // Short texts for one stream go out together.
        while (!waiting_.empty() && waiting_.front().to == into.to && into.text.size() < batch_size) {
          into.text += waiting_.front().text;
          waiting_.pop_front();
        }
        held_ -= into.text.size();
        return true;
      }
      char kind = 0;
      if (spilled_.pop(kind, into.text)) {
        into.to = static_cast<stream>(kind);
        return true;
      }
      room_.notify_all();
      if (status_changed_) {
        status_changed_ = false;
        shown_status_ = status_;
        busy_ = true;
        lock.unlock();
        erase();
        draw();
        lock.lock();
        busy_ = false;
        continue;
      }
    }
    if (stop_) return false;
    if (changed_.wait_for(lock, std::chrono::milliseconds(500)) == std::cv_status::timeout && out_open_ && reader_is_gone()) {
      out_open_ = false;
      gone_ = true;
      lock.unlock();
      tell_closed();
      lock.lock();
    }
  }
}

/// Known without writing: a long task prints nothing.
bool output_writer::reader_is_gone() const {
  pollfd p{options_.out, 0, 0};
  return ::poll(&p, 1, 0) == 1 && (p.revents & (POLLERR | POLLHUP));
}

void output_writer::loop() {
  std::unique_lock lock(mutex_);
  piece p{stream::out, {}};
  while (next(lock, p)) {
    busy_ = true;
    lock.unlock();
    put(p);
    if (gone_) tell_closed();
    lock.lock();
    busy_ = false;
    status_changed_ = status_changed_ || (!drawn_ && !shown_status_.empty());
    room_.notify_all();
  }
}

void output_writer::put(const piece& p) {
  if (p.to == stream::log) return put_all(options_.log, p.text, log_open_);
  erase();
  p.to == stream::out ? put_all(options_.out, p.text, out_open_) : put_all(options_.err, p.text, err_open_);
  if (!started_) draw();
}

void output_writer::put_all(int fd, std::string_view text, bool& open) {
  while (open && fd >= 0 && !text.empty()) {
    auto n = ::write(fd, text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      // Somebody who shares the terminal made it non-blocking.
      pollfd p{fd, POLLOUT, 0};
      ::poll(&p, 1, -1);
    } else if (errno != EINTR) {
      int error = errno;
      open = false;
      // Nobody reads a pipe or has the terminal any more; a full disk is no reason to end the run.
      if (error == EPIPE || error == EIO) gone_ = gone_ || fd == options_.out;
      else if (fd != options_.err) say_failure(error);
    }
  }
}

void output_writer::say_failure(int error) {
  if (std::exchange(said_failure_, true)) return;
  std::string text = "[WARNING]: the output cannot be written: " + std::string(std::strerror(error)) + "\n";
  put_all(options_.err, text, err_open_);
}

void output_writer::draw() {
  if (shown_status_.empty() || !out_open_) return;
  winsize size{};
  unsigned columns = ::ioctl(options_.out, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : 80;
  std::string line;
  unsigned used = 0;
  for (std::size_t at = 0; at < shown_status_.size();) {
    auto from = at;
    auto point = core::next_utf8(shown_status_, at);
    int width = point ? point_width(*point) : -1;
    if (width < 0) continue;
    // The last column stays free: a terminal might go to the next line there.
    used += static_cast<unsigned>(width);
    if (used >= columns) break;
    line.append(shown_status_, from, at - from);
  }
  if (line.empty()) return;
  // The cursor waits at the line's beginning: wherever a narrower terminal folds the line to, all of it comes after.
  put_all(options_.out, line + "\r", out_open_);
  drawn_ = true;
}

void output_writer::erase() {
  if (!drawn_) return;
  drawn_ = false;
  put_all(options_.out, "\r\033[J", out_open_);
}

} // namespace mito::report

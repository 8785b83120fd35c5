#include "transport/process_driver.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace mito::transport {
namespace {

constexpr std::size_t tail_limit = 16 * 1024;
/// Reads of one round, 64 KiB each, before other streams have their turn.
constexpr int rounds_per_turn = 8;

/// -1: nothing now; 0: the end.
template <std::size_t N>
ssize_t read_some(int fd, std::array<char, N>& buffer) {
  const auto n = ::read(fd, buffer.data(), buffer.size());
  if (n >= 0) return n;
  return errno == EAGAIN || errno == EINTR ? -1 : 0; // EIO: the last user of a pseudo-terminal has gone
}

} // namespace

process_driver::process_driver(endpoint& end, std::shared_ptr<services> shared,
                               std::shared_ptr<io_thread> loop, spawn_options options)
    : end_(end), shared_(std::move(shared)), loop_(std::move(loop)), options_(std::move(options)),
      on_in_([this](std::uint32_t) { send(); }), on_out_([this](std::uint32_t) { receive(); }),
      on_err_([this](std::uint32_t) { receive_errors(); }),
      on_terminal_([this](std::uint32_t) { receive_terminal(); }) {}

void process_driver::begin() {
  shared_->helpers.submit([weak = weak_from_this(), loop = loop_, options = options_] {
    auto child = std::make_shared<core::expected<spawned>>(spawn(options));
    const bool posted = loop->post([weak, loop = loop.get(), child] {
      const auto me = weak.lock();
      if (me && !me->released_) {
        me->use(std::move(*child));
      } else if (*child) {
        auto stray = std::make_shared<child_watch>(*loop, (*child)->pid, std::move((*child)->pidfd));
        stray->start(nullptr);
        stray->terminate();
      }
    });
    if (!posted && *child) end_child((*child)->pid);
  });
}

void process_driver::use(core::expected<spawned> child) {
  if (!child) {
    end_.close({close_reason::connect_failed, -1, child.error().message(), {}, {}});
    return;
  }
  fds_ = std::move(*child);
  child_ = std::make_shared<child_watch>(*loop_, fds_.pid, std::move(fds_.pidfd));
  child_->start([this](int status) { child_ended(status); });
  watch_err_ = loop_->watch(fds_.err.get(), EPOLLIN, on_err_);
  if (fds_.terminal) watch_terminal_ = loop_->watch(fds_.terminal.get(), EPOLLIN, on_terminal_);
  watch_out_ = loop_->watch(fds_.out.get(), EPOLLIN, on_out_);
  started();
  if (!released_) poke();
}

void process_driver::started() {
  end_.opened();
}

void process_driver::poke() {
  if (released_ || !child_) return;
  // Not watched at all while paused: a hang-up would be reported even to a watch for nothing.
  if (end_.paused())
    loop_->unwatch(watch_out_);
  else if (watch_out_ == 0 && fds_.out)
    watch_out_ = loop_->watch(fds_.out.get(), EPOLLIN, on_out_);
  if (child_gone_ && !end_.paused()) {
    receive();
    return;
  }
  send();
}

void process_driver::send() {
  while (fds_.in && !end_.front().empty()) {
    const auto bytes = end_.front();
    const auto n = ::write(fds_.in.get(), bytes.data(), bytes.size());
    if (n > 0) {
      end_.consumed(static_cast<std::size_t>(n));
      continue;
    }
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {
      if (watch_in_ == 0) watch_in_ = loop_->watch(fds_.in.get(), EPOLLOUT, on_in_);
      return;
    }
    loop_->unwatch(watch_in_); // EPIPE: it does not read any more; its end tells the rest
    fds_.in.reset();
    return;
  }
  loop_->unwatch(watch_in_);
  if (end_.finishing() && end_.front().empty()) fds_.in.reset();
}

void process_driver::receive() {
  std::array<char, 64 * 1024> buffer;
  for (int round = 0; fds_.out && (round < rounds_per_turn || child_gone_); ++round) {
    const auto n = read_some(fds_.out.get(), buffer);
    if (n > 0) {
      if (on_first_output) std::exchange(on_first_output, nullptr)();
      end_.received(std::string(buffer.data(), static_cast<std::size_t>(n)));
      continue;
    }
    if (n == 0) {
      loop_->unwatch(watch_out_);
      fds_.out.reset();
      out_ended_ = true;
    }
    break;
  }
  conclude();
}

void process_driver::receive_errors() {
  std::array<char, 4096> buffer;
  for (int round = 0; fds_.err && round < rounds_per_turn; ++round) {
    const auto n = read_some(fds_.err.get(), buffer);
    if (n < 0) return;
    if (n == 0) {
      loop_->unwatch(watch_err_);
      fds_.err.reset();
      return;
    }
    stderr_tail_.append(buffer.data(), static_cast<std::size_t>(n));
    if (stderr_tail_.size() > tail_limit) stderr_tail_.erase(0, stderr_tail_.size() - tail_limit);
  }
}

void process_driver::receive_terminal() {
  std::array<char, 1024> buffer;
  const auto n = read_some(fds_.terminal.get(), buffer);
  if (n < 0) return;
  if (n == 0) {
    loop_->unwatch(watch_terminal_);
    return;
  }
  terminal_said({buffer.data(), static_cast<std::size_t>(n)});
}

void process_driver::type(std::string_view bytes) {
  // A pseudo-terminal takes 4 KiB without a reader; an answer to a prompt is shorter.
  [[maybe_unused]] const auto n = ::write(fds_.terminal.get(), bytes.data(), bytes.size());
}

void process_driver::child_ended(int status) {
  child_gone_ = true;
  status_ = status;
  receive_errors();
  if (!end_.paused()) receive();
}

/// The child's end counts, not that of its output: a process that it left behind may hold the pipe for ever.
void process_driver::conclude() {
  if (!child_gone_ || released_ || end_.paused()) return;
  ended(status_);
}

void process_driver::ended(int status) {
  close_info why{close_reason::finished, status, {}, {}, stderr_tail_};
  if (status > 128)
    why.message = options_.argv.front() + " was ended by signal " + std::to_string(status - 128);
  end_.close(std::move(why));
}

void process_driver::release() {
  if (released_) return;
  released_ = true;
  for (auto* id : {&watch_in_, &watch_out_, &watch_err_, &watch_terminal_}) loop_->unwatch(*id);
  fds_ = spawned{};
  if (child_) child_->terminate();
}

} // namespace mito::transport

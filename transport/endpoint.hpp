#pragma once
/// One stream between its handle (any thread) and its driver (I/O thread): queue, accounting, and `closed`
/// exactly once.
#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "transport/io_thread.hpp"
#include "transport/stream.hpp"

namespace mito::transport {

/// What moves an endpoint's bytes: an SSH channel, a child process. All calls on the I/O thread.
class driver {
public:
  virtual ~driver() = default;
  virtual void begin() = 0;
  /// The endpoint's queue, its pause or its finish flag has changed.
  virtual void poke() = 0;
  /// Lets go of descriptors, sessions and children at once; nothing is reported afterwards.
  virtual void release() = 0;
};

/// Shared by handle, driver and loop. Members without a comment: I/O thread only.
class endpoint final : public resident, public std::enable_shared_from_this<endpoint> {
public:
  endpoint(std::shared_ptr<io_thread> loop, std::shared_ptr<stream_sink> sink, std::size_t high_water)
      : loop_(std::move(loop)), sink_(std::move(sink)), high_water_(high_water) {}

  /// @name Any thread
  /// @{
  void write(std::string bytes);
  std::size_t queued() const { return level_.load(std::memory_order_relaxed) & ~owed_bit; }
  void pause(bool on);
  void finish();
  void abort();
  /// @}

  io_thread& loop() { return *loop_; }
  void begin(std::shared_ptr<driver> d);
  bool closed() const { return closed_; }
  bool paused() const { return paused_; }
  bool finishing() const { return finishing_; }

  /// Next bytes to send; empty when there are none.
  std::string_view front() const;
  void consumed(std::size_t n);

  void opened();
  void received(std::string bytes);
  void note(int verbosity, std::string text);
  /// Reports, releases the driver and leaves the loop. Only the first call counts.
  void close(close_info why);
  void evict(bool last_call = true) override;

private:
  static constexpr std::size_t owed_bit = ~(~std::size_t{0} >> 1);

  const std::shared_ptr<io_thread> loop_;
  const std::shared_ptr<stream_sink> sink_;
  const std::size_t high_water_;
  /// Bytes not yet sent; top bit: `drained` is owed. One word, so that neither side can miss the other's
  /// change.
  std::atomic<std::size_t> level_{0};
  std::deque<std::string> queue_;
  std::size_t offset_ = 0; ///< of queue_.front() already sent
  std::shared_ptr<driver> driver_;
  bool opened_ = false, closed_ = false, paused_ = false, finishing_ = false;
};

/// The caller's handle; its end aborts the stream.
class stream_handle final : public stream {
public:
  explicit stream_handle(std::shared_ptr<endpoint> e) : endpoint_(std::move(e)) {}
  ~stream_handle() override { endpoint_->abort(); }
  void write(std::string bytes) override { endpoint_->write(std::move(bytes)); }
  std::size_t queued() const override { return endpoint_->queued(); }
  void pause(bool on) override { endpoint_->pause(on); }
  void finish() override { endpoint_->finish(); }
  void abort() override { endpoint_->abort(); }

private:
  const std::shared_ptr<endpoint> endpoint_;
};

} // namespace mito::transport

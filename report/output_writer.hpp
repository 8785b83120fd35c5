#pragma once
/// Text on its way out of the process. Whoever prints never waits for whoever reads: once started, a thread of its own
/// writes, what it has not written yet is kept in memory up to a bound, and beyond that in an unnamed temporary file.
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "report/spill_file.hpp"

namespace mito::report {

enum class stream : std::uint8_t { out, err, log };

class output_writer {
public:
  struct options {
    int out = 1, err = 2;
    int log = -1;           ///< owned by the caller; -1: none
    bool terminal = false;  ///< `out` is one: the status line is drawn below the text
    std::size_t memory = 32u << 20;  ///< bytes kept in memory
    std::uint64_t disk = 4ull << 30; ///< bytes kept in the temporary file; beyond, `write` waits
  };

  explicit output_writer(const options& o);
  /// Writes what is left; the status line is removed.
  ~output_writer();
  output_writer(const output_writer&) = delete;

  /// In the order of the calls, whatever the stream. Before `start`, in the caller's thread.
  void write(stream to, std::string text);
  /// The line below all text; only its newest text is drawn, and only when nothing is left to write. Empty: none.
  void status(std::string text);
  /// Calls `ask` while the status line is gone and nothing is written.
  void while_silent(const std::function<void()>& ask);
  /// From now on a thread writes.
  void start();
  /// `closed` is called once, from the writing thread, when nobody reads stdout any more. Once this function returned, the
  /// one that was given before is not called any more.
  void when_closed(std::function<void()> closed);
  /// Waits until everything is written, or nobody reads it.
  void drain();

private:
  struct piece {
    stream to;
    std::string text;
  };
  void loop();
  bool next(std::unique_lock<std::mutex>& lock, piece& into);
  void put(const piece& p);
  void put_all(int fd, std::string_view text, bool& open);
  void draw();
  void erase();
  void say_failure(int error);
  void tell_closed();
  bool reader_is_gone() const;

  options options_;
  std::mutex mutex_;
  std::condition_variable changed_, room_;
  std::deque<piece> waiting_;
  std::size_t held_ = 0; ///< bytes in waiting_
  spill_file spilled_;   ///< younger than all of waiting_
  bool busy_ = false, stop_ = false, started_ = false, silent_ = false;
  std::string status_;
  bool status_changed_ = false;
  std::mutex closed_mutex_;
  std::function<void()> closed_;
  // Of the writing side alone:
  bool drawn_ = false, out_open_ = true, err_open_ = true, log_open_ = true, said_failure_ = false, gone_ = false, told_ = false;
  std::string shown_status_;
  std::thread thread_;
};

} // namespace mito::report

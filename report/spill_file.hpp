#pragma once
/// A queue of records in an unnamed temporary file, for what memory should not hold.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::report {

class spill_file {
public:
  spill_file() = default;
  ~spill_file();
  spill_file(const spill_file&) = delete;

  bool empty() const { return read_ == written_; }
  std::uint64_t size() const { return written_ - read_; }
  /// False when there is no room or no file; nothing is added then.
  bool push(char kind, std::string_view text);
  /// The oldest record; false when there is none, or it cannot be read.
  bool pop(char& kind, std::string& text);

private:
  bool open();
  int fd_ = -1;
  std::uint64_t read_ = 0, written_ = 0;
};

} // namespace mito::report

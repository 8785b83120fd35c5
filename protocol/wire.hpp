#pragma once
/// Big-endian fields of message bodies. The reader never reads past its bytes: after the first short or oversized
/// field `ok()` is false and every further field is empty.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mito::protocol {

class writer {
public:
  explicit writer(std::string& out) : out_(out) {}
  void u8(std::uint8_t v) { out_ += static_cast<char>(v); }
  void u16(std::uint16_t v);
  void u32(std::uint32_t v);
  void u64(std::uint64_t v);
  /// Length in 32 bits, then the bytes.
  void text(std::string_view s);
  void texts(const std::vector<std::string>& list);
  void raw(std::string_view s) { out_ += s; }

private:
  std::string& out_;
};

class reader {
public:
  explicit reader(std::string_view bytes) : rest_(bytes) {}
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  /// At most `limit` bytes.
  std::string_view text(std::size_t limit);
  std::vector<std::string> texts();
  /// All that is left.
  std::string_view rest();
  bool ok() const { return ok_; }
  /// Everything was read, and nothing is left over.
  bool complete() const { return ok_ && rest_.empty(); }

private:
  std::string_view take(std::size_t n);

  std::string_view rest_;
  bool ok_ = true;
};

} // namespace mito::protocol

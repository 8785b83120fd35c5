#include "protocol/wire.hpp"

#include "protocol/limits.hpp"

namespace mito::protocol {

namespace {

void put(std::string& out, std::uint64_t v, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(v >> shift);
}

std::uint64_t get(std::string_view bytes) {
  std::uint64_t v = 0;
  for (char c : bytes) v = v << 8 | static_cast<std::uint8_t>(c);
  return v;
}

} // namespace

void writer::u16(std::uint16_t v) { put(out_, v, 2); }
void writer::u32(std::uint32_t v) { put(out_, v, 4); }
void writer::u64(std::uint64_t v) { put(out_, v, 8); }

void writer::text(std::string_view s) {
  u32(static_cast<std::uint32_t>(s.size()));
  out_ += s;
}

void writer::texts(const std::vector<std::string>& list) {
  u16(static_cast<std::uint16_t>(list.size()));
  for (const auto& s : list) text(s);
}

std::string_view reader::take(std::size_t n) {
  if (!ok_ || n > rest_.size()) {
    ok_ = false;
    rest_ = {};
    return {};
  }
  auto head = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return head;
}

std::uint8_t reader::u8() { return static_cast<std::uint8_t>(get(take(1))); }
std::uint16_t reader::u16() { return static_cast<std::uint16_t>(get(take(2))); }
std::uint32_t reader::u32() { return static_cast<std::uint32_t>(get(take(4))); }
std::uint64_t reader::u64() { return get(take(8)); }

std::string_view reader::text(std::size_t limit) {
  std::size_t n = u32();
  if (n > limit) ok_ = false;
  return take(n);
}

std::vector<std::string> reader::texts() {
  std::size_t n = u16();
  if (n > max_list) ok_ = false;
  std::vector<std::string> list;
  for (std::size_t i = 0; ok_ && i < n; ++i) list.emplace_back(text(max_text));
  return list;
}

std::string_view reader::rest() { return take(rest_.size()); }

} // namespace mito::protocol

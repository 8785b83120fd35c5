#include "protocol/frame.hpp"

#include "protocol/wire.hpp"

namespace mito::protocol {

void append_header(std::string& out, const header& h) {
  writer w(out);
  w.u32(h.size);
  w.u16(h.hop);
  w.u8(static_cast<std::uint8_t>(h.type));
  w.u8(h.flags);
  w.u32(h.id);
}

header read_header(const char* at) {
  reader r(std::string_view(at, header_size));
  header h;
  h.size = r.u32();
  h.hop = r.u16();
  h.type = static_cast<protocol::type>(r.u8());
  h.flags = r.u8();
  h.id = r.u32();
  return h;
}

void append_frame(std::string& out, header h, std::string_view body) {
  h.size = static_cast<std::uint32_t>(body.size());
  append_header(out, h);
  out += body;
}

void decoder::feed(std::string_view bytes) {
  if (!error_.empty()) return;
  if (at_ > 0) {
    buffer_.erase(0, at_);
    at_ = 0;
  }
  // A large frame must not keep its memory for the connection's life.
  if (buffer_.empty() && buffer_.capacity() > (1u << 20)) std::string().swap(buffer_);
  buffer_ += bytes;
}

bool decoder::next(frame& out) {
  if (!error_.empty() || buffered() < header_size) return false;
  header h = read_header(buffer_.data() + at_);
  auto kind = static_cast<std::uint8_t>(h.type);
  if (kind == 0 || kind > last_type) error_ = "a frame of an unknown type";
  if (h.size > max_body_) error_ = "a frame above the size limit";
  if (!error_.empty()) {
    std::string().swap(buffer_);
    at_ = 0;
    return false;
  }
  if (buffered() < header_size + h.size) return false;
  out.header = h;
  out.bytes = std::string_view(buffer_).substr(at_, header_size + h.size);
  out.body = out.bytes.substr(header_size);
  at_ += header_size + h.size;
  return true;
}

} // namespace mito::protocol

#pragma once
/// Frames: a header of twelve bytes, big endian (body length 32, hop 16, type 8, flags 8, id 32), then the body.
/// A frame names the agent that it is for or from by its hop number, so agents relay without reading bodies.
#include <cstdint>
#include <string>
#include <string_view>

namespace mito::protocol {

/// Starts an agent's side of a stream; everything before it is noise of the login. The digit is the version of
/// the frame header.
constexpr std::string_view magic{"\0\xf4MITO1\n", 8};

enum class type : std::uint8_t {
  hello = 1,     ///< agent: the first frame; with a hop number: that hop is up
  set_hop,       ///< to an agent behind a hop: the header's hop number is yours
  request,       ///< run a module
  result,        ///< JSON text of a request's result; flag `more`: further parts follow
  cancel,        ///< kill request `id`; its result still comes
  upload_data,   ///< bytes for the upload of request `id`
  upload_credit, ///< agent: so many more bytes are welcome
  upload_done,   ///< the upload is complete: run the module
  hop_open,      ///< header: hop = parent, id = number of the new hop
  hop_payload,   ///< the image for a hop that asked by hop_retry
  hop_retry,     ///< agent: descriptors did not survive the become program; send stage-0 and image for the pipe
  hop_failed,    ///< agent: the hop did not start
  hop_down,      ///< agent: a hop that was up is gone
  hop_close,     ///< end the hop and all below it
  lease,         ///< body: seconds; end yourself when nothing is heard for so long. Without body: a heartbeat
  bye,           ///< end everything
  python,        ///< kept by the agent for Python modules, see python.hpp
};
constexpr std::uint8_t last_type = static_cast<std::uint8_t>(type::python);

namespace flag {
constexpr std::uint8_t more = 1; ///< result; 2: see python.hpp
constexpr std::uint8_t check = 1, diff = 2, blob = 4, upload = 8; ///< request
constexpr std::uint8_t password = 1; ///< hop_open
} // namespace flag

struct header {
  std::uint32_t size = 0; ///< of the body
  std::uint16_t hop = 0;
  protocol::type type = type::bye;
  std::uint8_t flags = 0;
  std::uint32_t id = 0;
  bool operator==(const header&) const = default;
};
constexpr std::size_t header_size = 12;

/// A frame as it stands in a decoder's buffer; valid until the decoder is fed again.
struct frame {
  protocol::header header;
  std::string_view body;
  std::string_view bytes; ///< header and body, for relaying
};

void append_header(std::string& out, const header& h);
header read_header(const char* at);
/// Appends a whole frame; `h.size` is taken from the body.
void append_frame(std::string& out, header h, std::string_view body);

/// Appends a frame whose message encodes its own body.
template <class Message>
void append_message(std::string& out, header h, const Message& message) {
  std::size_t at = out.size();
  append_header(out, h);
  message.encode(out);
  h.size = static_cast<std::uint32_t>(out.size() - at - header_size);
  std::string head;
  append_header(head, h);
  out.replace(at, header_size, head);
}

/// Cuts a byte stream into frames. Holds at most one incomplete frame besides what one `feed` brought.
class decoder {
public:
  explicit decoder(std::uint32_t max_body) : max_body_(max_body) {}
  void feed(std::string_view bytes);
  /// The next complete frame. False: none yet, or the stream is broken (`error()` is not empty, for good).
  bool next(frame& out);
  /// Empty while all is well.
  std::string_view error() const { return error_; }
  std::size_t buffered() const { return buffer_.size() - at_; }

private:
  std::uint32_t max_body_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::string_view error_;
};

} // namespace mito::protocol

#define CAF_SUITE protocol.frame
#include <caf/test/unit_test.hpp>

#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "protocol/messages.hpp"
#include "protocol/wire.hpp"

using namespace mito::protocol;

namespace {

std::string two_frames() {
  std::string bytes;
  append_frame(bytes, {.type = type::result, .id = 1}, "first");
  append_frame(bytes, {.hop = 5, .type = type::upload_data, .flags = 3, .id = 0xffffffff}, std::string("\0\xff", 2));
  return bytes;
}

} // namespace

CAF_TEST(frames arrive in any pieces) {
  auto bytes = two_frames();
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    decoder d(100);
    std::vector<std::string> bodies;
    std::vector<header> headers;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      d.feed(std::string_view(bytes).substr(at, piece));
      for (frame f; d.next(f);) {
        bodies.emplace_back(f.body);
        headers.push_back(f.header);
      }
    }
    CAF_REQUIRE_EQUAL(bodies.size(), 2u);
    CAF_CHECK_EQUAL(bodies[0], "first");
    CAF_CHECK_EQUAL(bodies[1], std::string("\0\xff", 2));
    CAF_CHECK(headers[1] == (header{2, 5, type::upload_data, 3, 0xffffffff}));
    CAF_CHECK_EQUAL(d.buffered(), 0u);
  }
}

CAF_TEST(a body above the limit ends the stream before it is awaited) {
  std::string bytes;
  append_header(bytes, {.size = 101, .type = type::result});
  decoder d(100);
  d.feed(bytes);
  frame f;
  CAF_CHECK(!d.next(f));
  CAF_CHECK_EQUAL(std::string(d.error()), "a frame above the size limit");
  d.feed(two_frames());
  CAF_CHECK(!d.next(f));
  CAF_CHECK_EQUAL(d.buffered(), 0u);
}

CAF_TEST(unknown types end the stream) {
  for (int kind : {0, static_cast<int>(last_type) + 1, 255}) {
    std::string bytes;
    append_header(bytes, {.type = static_cast<type>(kind)});
    decoder d(100);
    d.feed(bytes);
    frame f;
    CAF_CHECK(!d.next(f));
    CAF_CHECK(!d.error().empty());
  }
}

CAF_TEST(readers stop at the first bad field) {
  std::string bytes;
  writer w(bytes);
  w.u32(1000);
  w.raw("short");
  reader r(bytes);
  CAF_CHECK_EQUAL(std::string(r.text(max_text)), "");
  CAF_CHECK(!r.ok());
  CAF_CHECK_EQUAL(r.u64(), 0u);
  reader limited(bytes);
  limited.text(10);
  CAF_CHECK(!limited.ok());
  std::string list;
  writer(list).u16(max_list + 1);
  reader many(list);
  CAF_CHECK(many.texts().empty());
  CAF_CHECK(!many.ok());
}

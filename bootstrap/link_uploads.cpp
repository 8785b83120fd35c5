#include "bootstrap/link_impl.hpp"
#include "protocol/limits.hpp"

namespace mito::bootstrap {

namespace {
/// Bytes that may wait in the stream before uploads add more: other requests should not queue behind seconds of file.
constexpr std::size_t stream_mark = 1u << 20;
} // namespace

bool agent_link::impl::may_upload(const call& c) const {
  if (phase != phase::ready || !c.upload || c.upload->done) return false;
  auto hop = hops.find(c.hop);
  return c.hop == 0 || (hop != hops.end() && hop->second.up);
}

/// One portion of each upload in turn, so that none starves, until the stream or the windows are full.
void agent_link::impl::feed_uploads() {
  if (phase != phase::ready) return;
  for (bool fed = true; fed;) {
    fed = false;
    for (auto c = calls.begin(); c != calls.end() && out.queued() < stream_mark;) {
      // By its number: feeding may end the call, and whoever hears of that may begin another.
      request_id id = c->first;
      if (may_upload(c->second) && feed(id, c->second)) fed = true;
      if (phase != phase::ready) return;
      c = calls.upper_bound(id);
    }
  }
}

/// False when there is nothing to send now.
bool agent_link::impl::feed(request_id id, call& c) {
  upload_state& u = *c.upload;
  std::size_t room = opt.upload_window - static_cast<std::size_t>(u.sent - u.credited);
  std::size_t want = static_cast<std::size_t>(std::min<std::uint64_t>(protocol::upload_part, u.size - u.sent));
  if (want > room) return false;
  if (want > 0) {
    std::string data;
    auto read = u.source->read(data, want);
    if (!read || data.empty() || data.size() > want) {
      send_empty(protocol::type::cancel, c.hop, id);
      finish_with(id, read ? "the file became shorter while it was sent" : read.error().message());
      return true;
    }
    u.sent += data.size();
    std::string bytes;
    protocol::append_frame(bytes, {.hop = c.hop, .type = protocol::type::upload_data, .id = id}, data);
    send(std::move(bytes));
  }
  if (u.sent == u.size) {
    u.done = true;
    u.source.reset();
    send_empty(protocol::type::upload_done, c.hop, id);
  }
  return true;
}

} // namespace mito::bootstrap

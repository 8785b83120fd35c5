#pragma once
/// The parts of agent_link::impl; its functions stand in link.cpp (life of the link), link_frames.cpp (what arrives),
/// link_requests.cpp, link_uploads.cpp and link_hops.cpp.
#include <map>
#include <set>

#include "bootstrap/agent_link.hpp"
#include "bootstrap/image_file.hpp"
#include "bootstrap/images.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

namespace mito::bootstrap {

using time_point = clock::time_point;
constexpr time_point never = time_point::max();

struct agent_link::impl {
  enum class phase : std::uint8_t {
    idle,     ///< no stream yet
    starting, ///< stage-0 runs, or the login still talks
    greeting, ///< the magic was seen, the hello is due
    ready,
    down,
  };

  struct upload_state {
    std::shared_ptr<content_source> source;
    std::uint64_t size = 0, sent = 0, credited = 0;
    bool done = false;
  };

  struct call {
    hop_id hop = 0;
    time_point due = never;
    std::string parts; ///< of the result, so far
    std::optional<upload_state> upload;
  };

  struct hop_state {
    hop_id parent = 0;
    unsigned depth = 1;
    become_request what;
    std::string prompt;
    bool up = false;
    /// The full image under `parent`, of the same user: ours alone, nobody is told of it.
    bool full_image = false;
    time_point due = never;
  };

  impl(backend& b, options o);

  // Life of the link
  void opened();
  void received(std::string_view bytes, time_point now);
  void closed(const link_failure& why);
  void fail(link_failure why);
  void protocol_failure(std::string_view what);
  time_point tick(time_point now);
  time_point next_deadline() const;
  void look_for_magic();
  bool heed_stage0();
  void exchange_images();
  std::string login_words() const;

  // Frames
  using handler = void (impl::*)(const protocol::frame&);
  static handler handler_of(protocol::type t);
  void read_frames();
  void on_hello(const protocol::frame& f);
  void on_result(const protocol::frame& f);
  void on_credit(const protocol::frame& f);
  void on_hop_retry(const protocol::frame& f);
  void on_hop_report(const protocol::frame& f);
  void on_anything_else(const protocol::frame& f);
  void send(std::string bytes);
  void send_empty(protocol::type type, hop_id hop, std::uint32_t id);

  // Requests
  request_id invoke(hop_id hop, invocation what, time_point now);
  void cancel(request_id id);
  void finish_with(request_id id, std::string_view message);
  void fail_call(request_id id, const link_failure& why);
  void fail_calls_of(hop_id hop, const link_failure& why);

  // Uploads
  void feed_uploads();
  bool feed(request_id id, call& c);
  bool may_upload(const call& c) const;

  // Hops
  hop_id open_hop(hop_id parent, become_request what, time_point now);
  void close_hop(hop_id hop);
  void lose_hop(hop_id hop, const link_failure& why, bool tell);
  std::vector<hop_id> below(hop_id hop) const;
  hop_id with_full_image(hop_id hop, time_point now);

  backend& out;
  options opt;
  enum phase phase = phase::idle;
  const image* img;
  bool by_path = false; ///< started by argv: no payload
  bool restarted = false; ///< for another machine: once is enough for any honest target
  image_file own;
  std::string early;    ///< frames since the beginning, until the hello: a second start repeats them
  std::string heard;    ///< what came before the magic
  protocol::decoder frames;
  hello greeting;
  std::map<request_id, call> calls;
  std::map<hop_id, hop_state> hops;
  request_id next_request = 1;
  hop_id next_hop = 1;
  time_point hello_due = never, next_beat = never;
  bool clock_wanted = false; ///< `opened` came without the time: the next tick starts the clocks
  /// Found out inside a call that cannot report them: told by the next tick.
  std::vector<std::pair<request_id, link_failure>> refused_calls;
  std::vector<std::pair<request_id, std::string>> refused_arguments;
  std::vector<std::pair<hop_id, link_failure>> refused_hops;
};

} // namespace mito::bootstrap

#include "bootstrap/link_impl.hpp"
#include "core/json.hpp"
#include "protocol/limits.hpp"

namespace mito::bootstrap {

using protocol::type;

agent_link::impl::handler agent_link::impl::handler_of(type t) {
  static constexpr struct {
    protocol::type type;
    handler call;
  } handlers[] = {
      {type::hello, &impl::on_hello},          {type::result, &impl::on_result},
      {type::upload_credit, &impl::on_credit}, {type::hop_retry, &impl::on_hop_retry},
      {type::hop_failed, &impl::on_hop_report}, {type::hop_down, &impl::on_hop_report},
  };
  for (const auto& h : handlers)
    if (h.type == t) return h.call;
  return &impl::on_anything_else;
}

void agent_link::impl::read_frames() {
  protocol::frame f;
  while ((phase == phase::greeting || phase == phase::ready) && frames.next(f)) {
    if (phase == phase::greeting && f.header.type != type::hello) return protocol_failure("no hello");
    (this->*handler_of(f.header.type))(f);
  }
  if (phase != phase::down && !frames.error().empty()) protocol_failure(frames.error());
}

void agent_link::impl::on_anything_else(const protocol::frame&) {
  protocol_failure("a message that only a controller sends");
}

void agent_link::impl::on_hello(const protocol::frame& f) {
  auto m = protocol::hello::decode(f.body);
  if (!m) return protocol_failure("a malformed hello");
  hello h{m->machine,
          m->system,
          m->node,
          m->release,
          static_cast<std::int64_t>(m->pid),
          static_cast<std::int64_t>(m->uid),
          m->via,
          {},
          m->features};
  if (phase == phase::greeting) {
    if (f.header.hop != 0) return protocol_failure("a hello of another agent");
    phase = phase::ready;
    hello_due = never;
    // It held passwords, perhaps.
    early.assign(early.size(), '\0');
    std::string().swap(early);
    h.noise = std::move(greeting.noise);
    greeting = h;
    out.ready(greeting);
    return feed_uploads();
  }
  auto hop = hops.find(f.header.hop);
  if (hop == hops.end()) {
    if (f.header.hop != 0 && f.header.hop < next_hop) return; // closed by us in the meantime
    return protocol_failure("a hello of a hop that nobody asked for");
  }
  if (hop->second.up) return protocol_failure("a second hello");
  hop->second.up = true;
  hop->second.due = never;
  hop->second.what.password.reset();
  if (!hop->second.full_image) out.hop_ready(f.header.hop, h);
  feed_uploads();
}

void agent_link::impl::on_result(const protocol::frame& f) {
  auto found = calls.find(f.header.id);
  if (found == calls.end()) {
    if (f.header.id == 0 || f.header.id >= next_request) protocol_failure("a result that nobody asked for");
    return; // given up by us in the meantime
  }
  call& c = found->second;
  bool more = f.header.flags & protocol::flag::more;
  if (c.hop != f.header.hop || (more && f.body.empty())) return protocol_failure("a result of another agent");
  if (c.parts.size() + f.body.size() > opt.result_limit) {
    send_empty(type::cancel, c.hop, f.header.id);
    return finish_with(f.header.id, "the result is larger than " + std::to_string(opt.result_limit >> 20) + " MiB");
  }
  c.parts += f.body;
  if (more) return;
  if (f.header.flags & protocol::flag::output) {
    auto output = protocol::process_output::decode(c.parts);
    if (!output) return protocol_failure("a malformed output of a module");
    calls.erase(found);
    return out.output(f.header.id, std::move(*output));
  }
  auto result = core::parse_json(c.parts, {.depth = 64, .bytes = opt.result_limit});
  if (!result || !result->is_dict())
    return fail_call(f.header.id, {link_failure::kind::protocol,
                                   "the agent's result is no JSON dict" +
                                       (result ? std::string() : ": " + result.error().message()),
                                   ""});
  calls.erase(found);
  out.result(f.header.id, std::move(*result));
}

void agent_link::impl::on_credit(const protocol::frame& f) {
  auto m = protocol::upload_credit::decode(f.body);
  auto found = calls.find(f.header.id);
  if (found == calls.end()) return;
  auto& upload = found->second.upload;
  if (!m || !upload || found->second.hop != f.header.hop || m->bytes > upload->sent - upload->credited)
    return protocol_failure("a credit that is not due");
  upload->credited += m->bytes;
  feed_uploads();
}

} // namespace mito::bootstrap

/// The agent's part that deals with hops: opening, routing, relaying. Bodies of relayed frames are not read.
#include "agent/agent.hpp"
#include "core/json.hpp"
#include "modules/module.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

using protocol::type;

hop* agent::route_to(std::uint16_t number) {
  for (auto& r : routes_)
    if (r.number == number) return r.next;
  return nullptr;
}

void agent::forget_route(std::uint16_t number) {
  std::erase_if(routes_, [=](const route& r) { return r.number == number; });
}

void agent::forget_hop(const hop* h) {
  std::erase_if(routes_, [=](const route& r) { return r.next == h; });
  std::erase_if(hops_, [=](const auto& known) { return known.get() == h; });
}

void agent::send_report(type type, std::uint16_t hop, const protocol::hop_report& report) {
  std::string bytes;
  protocol::append_message(bytes, {.hop = number_, .type = type, .id = hop}, report);
  controller_.send(bytes);
}

void agent::on_hop_open(const protocol::frame& f) {
  auto number = static_cast<std::uint16_t>(f.header.id);
  auto what = protocol::hop_open::decode(f.body);
  if (!what || number == 0 || number == number_ || route_to(number)) return refuse(f);
  if (routes_.size() >= protocol::max_hops)
    return send_report(type::hop_failed, number,
                       {protocol::hop_report::reason::protocol, "too many hops under one agent"});
  hops_.push_back(std::make_unique<hop>(number, std::move(*what)));
  routes_.push_back({number, hops_.back().get()});
}

void agent::on_hop_payload(const protocol::frame& f) {
  auto payload = protocol::hop_payload::decode(f.body);
  if (!payload) return refuse(f);
  if (auto* h = route_to(static_cast<std::uint16_t>(f.header.id))) h->restart(*payload);
}

void agent::on_hop_close(const protocol::frame& f) {
  auto number = static_cast<std::uint16_t>(f.header.id);
  auto* h = route_to(number);
  if (h && h->number() == number) forget_hop(h);
}

void agent::for_hop(const protocol::frame& f) {
  auto* h = route_to(f.header.hop);
  if (!h) {
    // It has gone, and the controller will read so. What else was under way to it has nobody to answer.
    return;
  }
  if (f.header.type == type::hop_open && routes_.size() < protocol::max_hops)
    routes_.push_back({static_cast<std::uint16_t>(f.header.id), h});
  if (f.header.type == type::hop_close) forget_route(static_cast<std::uint16_t>(f.header.id));
  h->send(f.bytes);
}

void agent::handle_hops() {
  for (auto& h : hops_) {
    h->handle(set_);
    relay_from(*h);
    if (h->take_wish()) send_empty(type::hop_retry, h->number());
  }
  // Backwards: settling takes one away.
  for (std::size_t i = hops_.size(); i-- > 0;) settle(*hops_[i]);
}

void agent::settle(hop& h) {
  if (h.state() != hop::state::failed && h.state() != hop::state::down) return;
  send_report(h.state() == hop::state::failed ? type::hop_failed : type::hop_down, h.number(), h.why());
  forget_hop(&h);
}

/// A hop's agent may be hostile to us: it speaks for itself and what we know to be below it, and says only what agents say.
bool agent::may_pass(const hop& h, const protocol::frame& f) {
  auto below = static_cast<std::uint16_t>(f.header.id);
  switch (f.header.type) {
  case type::hello:
  case type::result:
  case type::upload_credit:
    return route_to(f.header.hop) == &h;
  case type::hop_retry:
  case type::hop_failed:
  case type::hop_down:
    return route_to(f.header.hop) == &h && route_to(below) == &h && below != h.number();
  default:
    return false;
  }
}

void agent::relay_from(hop& h) {
  protocol::frame f;
  while (h.next(f)) {
    if (f.header.type == type::hello && f.header.hop == 0) {
      // Its first frame, from before it knew its number.
      protocol::header head = f.header;
      head.hop = h.number();
      std::string bytes;
      protocol::append_frame(bytes, head, f.body);
      controller_.send(bytes);
      continue;
    }
    if (!may_pass(h, f)) return h.misbehaved("a frame that is not its own to send");
    if (f.header.type == type::hop_failed || f.header.type == type::hop_down)
      forget_route(static_cast<std::uint16_t>(f.header.id));
    controller_.send(f.bytes);
  }
}

} // namespace mito::agent

#include <algorithm>

#include "bootstrap/link_impl.hpp"
#include "core/json.hpp"
#include "protocol/features.hpp"
#include "protocol/limits.hpp"

namespace mito::bootstrap {

namespace {

/// What the agent and the wire may take on top of a request's own deadline.
constexpr std::chrono::seconds grace{30};
/// What may be asked for before the hello; repeated when another image has to be started.
constexpr std::size_t max_early = 8u << 20;

protocol::request encode(const invocation& what) {
  protocol::request r;
  r.module = what.module;
  r.deadline_ms = static_cast<std::uint32_t>(std::min<std::int64_t>(what.deadline.count(), UINT32_MAX));
  core::write_json(r.args, what.args.is_dict() ? what.args : core::value(core::dict{}));
  if (!what.environment.empty()) core::write_json(r.environment, core::value(what.environment));
  if (what.upload) r.upload_size = what.upload->size();
  if (what.blob) r.blob = *what.blob;
  return r;
}

std::uint8_t flags_of(const invocation& what) {
  using namespace protocol;
  return static_cast<std::uint8_t>((what.check ? flag::check : 0) | (what.diff ? flag::diff : 0) |
                                   (what.blob ? flag::blob : 0) | (what.upload ? flag::upload : 0));
}

} // namespace

request_id agent_link::impl::invoke(hop_id hop, invocation what, time_point now) {
  request_id id = next_request++;
  const auto& first = protocol::features::first_image_modules;
  if (std::find(first.begin(), first.end(), what.module) == first.end()) hop = with_full_image(hop);
  call& c = calls[id];
  c.hop = hop;
  if (phase == phase::down || (hop != 0 && !hops.contains(hop))) {
    refused_calls.push_back({id, {link_failure::kind::unreachable, "the agent is gone", ""}});
    return id;
  }
  auto message = encode(what);
  std::size_t size = message.args.size() + message.blob.size() + message.environment.size();
  if (message.blob.size() > protocol::max_blob || size > protocol::max_body_to_agent - 4096 ||
      message.environment.size() > protocol::max_text) {
    refused_arguments.push_back({id, "the module's arguments are too large to send"});
    return id;
  }
  if (phase != phase::ready && early.size() + size > max_early) {
    refused_calls.push_back({id, {link_failure::kind::protocol, "too many requests before the agent was up", ""}});
    return id;
  }
  if (what.deadline.count() > 0) c.due = now + what.deadline + grace;
  if (auto h = hops.find(hop); c.due != never && h != hops.end() && !h->second.up) c.due += h->second.what.timeout;
  std::string bytes;
  auto flags = flags_of(what);
  protocol::append_header(bytes, {});
  message.encode(bytes, flags);
  std::string head;
  protocol::append_header(head, {.size = static_cast<std::uint32_t>(bytes.size() - protocol::header_size),
                                 .hop = hop,
                                 .type = protocol::type::request,
                                 .flags = flags,
                                 .id = id});
  bytes.replace(0, protocol::header_size, head);
  if (what.upload) c.upload = upload_state{std::move(what.upload), message.upload_size};
  send(std::move(bytes));
  feed_uploads();
  return id;
}

void agent_link::impl::cancel(request_id id) {
  auto found = calls.find(id);
  if (found == calls.end()) return;
  if (found->second.upload) found->second.upload->done = true;
  send_empty(protocol::type::cancel, found->second.hop, id);
}

void agent_link::impl::finish_with(request_id id, std::string_view message) {
  if (calls.erase(id) == 0) return;
  core::dict d;
  d.set("failed", true).set("changed", false).set("msg", message);
  out.result(id, core::value(std::move(d)));
}

void agent_link::impl::fail_call(request_id id, const link_failure& why) {
  if (calls.erase(id) > 0) out.failed(id, why);
}

void agent_link::impl::fail_calls_of(hop_id hop, const link_failure& why) {
  std::vector<request_id> lost;
  for (const auto& [id, c] : calls)
    if (c.hop == hop) lost.push_back(id);
  for (auto id : lost) fail_call(id, why);
}

} // namespace mito::bootstrap

#include <random>

#include "bootstrap/become.hpp"
#include "bootstrap/link_impl.hpp"
#include "bootstrap/stage0.hpp"
#include "protocol/limits.hpp"

namespace mito::bootstrap {

namespace {

/// What the agent may take on top of the hop's own timeout before we give it up ourselves.
constexpr std::chrono::seconds grace{10};

/// Words that nothing else on the terminal says.
std::string fresh_prompt() {
  std::random_device random;
  std::string prompt = "[mito ";
  for (int i = 0; i < 16; ++i) prompt += "0123456789abcdef"[random() & 15];
  return prompt + "] password:";
}

link_failure failure_of(const protocol::hop_report& report) {
  using reason = protocol::hop_report::reason;
  auto kind = report.why == reason::become     ? link_failure::kind::become_failed
              : report.why == reason::protocol ? link_failure::kind::protocol
                                               : link_failure::kind::unreachable;
  return {kind, report.message, ""};
}

} // namespace

hop_id agent_link::impl::open_hop(hop_id parent, become_request what, time_point now) {
  hop_id id = next_hop++;
  auto above = hops.find(parent);
  hop_state h;
  h.parent = parent;
  h.depth = above == hops.end() ? 1 : above->second.depth + 1;
  h.prompt = fresh_prompt();
  h.due = now + what.timeout + grace;
  if (above != hops.end() && !above->second.up) h.due += above->second.what.timeout;
  if (phase != phase::ready) h.due += opt.hello_timeout;
  h.what = std::move(what);
  auto& known = hops[id] = std::move(h);
  if (phase == phase::down || (parent != 0 && above == hops.end())) {
    refused_hops.push_back({id, {link_failure::kind::unreachable, "the agent is gone", ""}});
  } else if (known.depth > protocol::max_hop_depth) {
    refused_hops.push_back({id, {link_failure::kind::become_failed, "more than four hops are nested", ""}});
  } else {
    protocol::hop_open open;
    open.method = method_name(known.what.method);
    open.user = known.what.user;
    open.argv = become_argv(known.what, known.prompt, std::string(start_passed_image));
    if (known.what.method == become_method::sudo) open.prompt = known.prompt;
    open.password = known.what.password.value_or("");
    open.timeout_ms = static_cast<std::uint32_t>(known.what.timeout.count());
    std::string bytes;
    protocol::append_message(bytes, {.hop = parent, .type = protocol::type::hop_open, .id = id}, open);
    send(std::move(bytes));
  }
  return id;
}

/// The agent of the same account that has every module; started when it is first needed. What is sent to it next waits in
/// the agent above.
hop_id agent_link::impl::with_full_image(hop_id hop, time_point now) {
  for (const auto& [id, h] : hops)
    if (h.full_image && h.parent == hop) return id;
  if (phase != phase::down && hop != 0 && !hops.contains(hop)) return hop;
  hop_id id = next_hop++;
  hop_state h;
  h.parent = hop;
  h.full_image = true;
  h.due = now + h.what.timeout + grace + opt.hello_timeout;
  if (auto above = hops.find(hop); above != hops.end() && !above->second.up) h.due += above->second.what.timeout;
  protocol::hop_open open;
  open.method = "image";
  open.timeout_ms = static_cast<std::uint32_t>((h.due - now) / std::chrono::milliseconds(1));
  protocol::hop_payload payload;
  payload.image = img->full;
  std::string bytes;
  protocol::append_message(bytes, {.hop = hop, .type = protocol::type::hop_open, .id = id}, open);
  protocol::append_message(bytes, {.hop = hop, .type = protocol::type::hop_payload, .id = id}, payload);
  hops[id] = std::move(h);
  send(std::move(bytes));
  return id;
}

std::vector<hop_id> agent_link::impl::below(hop_id hop) const {
  std::vector<hop_id> list;
  for (const auto& [id, h] : hops)
    if (h.parent == hop) list.push_back(id);
  return list;
}

/// The deepest first: whoever is told of a hop's end has been told of what stood on it.
void agent_link::impl::lose_hop(hop_id hop, const link_failure& why, bool tell) {
  if (!hops.contains(hop)) return;
  for (auto id : below(hop)) lose_hop(id, why, true);
  bool ours = hops[hop].full_image;
  hops.erase(hop);
  if (tell && !ours) out.hop_failed(hop, why);
  fail_calls_of(hop, why);
}

void agent_link::impl::close_hop(hop_id hop) {
  auto found = hops.find(hop);
  if (found == hops.end()) return;
  send_empty(protocol::type::hop_close, found->second.parent, hop);
  lose_hop(hop, {link_failure::kind::unreachable, "the become session was closed", ""}, false);
}

void agent_link::impl::on_hop_report(const protocol::frame& f) {
  auto report = protocol::hop_report::decode(f.body);
  auto found = hops.find(static_cast<hop_id>(f.header.id));
  if (!report) return protocol_failure("a malformed report of a hop");
  if (found == hops.end()) return;
  if (found->second.parent != f.header.hop) return protocol_failure("a report of a hop that is another agent's");
  lose_hop(found->first, failure_of(*report), true);
}

void agent_link::impl::on_hop_retry(const protocol::frame& f) {
  auto found = hops.find(static_cast<hop_id>(f.header.id));
  if (found == hops.end()) return;
  auto& h = found->second;
  // The second attempt has the time of the first.
  if (h.due != never) h.due += h.what.timeout;
  if (h.parent != f.header.hop || h.up) return protocol_failure("a wish for a hop that is not its own");
  const image* of_target = find_image(greeting.machine);
  if (!of_target) of_target = img;
  out.note(3, "the descriptors did not get through " + std::string(method_name(h.what.method)) +
                  ": sending the agent through its pipe");
  protocol::hop_payload payload;
  payload.argv = become_argv(h.what, h.prompt, std::string(start_from_pipe));
  payload.image = "unset m;" + stage0_line(*of_target, opt.python_candidates) + "\n";
  payload.image += of_target->first;
  std::string bytes;
  protocol::append_message(bytes, {.hop = h.parent, .type = protocol::type::hop_payload, .id = found->first}, payload);
  send(std::move(bytes));
}

} // namespace mito::bootstrap

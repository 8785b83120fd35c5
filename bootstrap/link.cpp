#include <algorithm>

#include "bootstrap/link_impl.hpp"
#include "bootstrap/stage0.hpp"
#include "core/text.hpp"
#include "protocol/limits.hpp"
#include "protocol/stage0_words.hpp"

namespace mito::bootstrap {

agent_link::agent_link(backend& out, options opt) : impl_(std::make_unique<impl>(out, std::move(opt))) {}
agent_link::~agent_link() = default;

std::string agent_link::start_command() const {
  impl_->by_path = false;
  return stage0_line(*impl_->img, impl_->opt.python_candidates);
}

std::vector<std::string> agent_link::start_argv() const {
  auto path = impl_->own.path();
  impl_->by_path = !path.empty();
  if (impl_->by_path) return {path};
  return {"/bin/sh", "-c", start_command()};
}

void agent_link::opened() { impl_->opened(); }
void agent_link::received(std::string_view bytes, clock::time_point now) { impl_->received(bytes, now); }
void agent_link::drained() { impl_->feed_uploads(); }
void agent_link::closed(const link_failure& why) { impl_->closed(why); }
request_id agent_link::invoke(hop_id hop, invocation what, clock::time_point now) {
  return impl_->invoke(hop, std::move(what), now);
}
void agent_link::cancel(request_id id) { impl_->cancel(id); }
hop_id agent_link::open_hop(hop_id parent, become_request what, clock::time_point now) {
  return impl_->open_hop(parent, std::move(what), now);
}
void agent_link::close_hop(hop_id hop) { impl_->close_hop(hop); }
void agent_link::shutdown() { impl_->send_empty(protocol::type::bye, 0, 0); }
clock::time_point agent_link::tick(clock::time_point now) { return impl_->tick(now); }
clock::time_point agent_link::next_deadline() const { return impl_->next_deadline(); }

agent_link::impl::impl(backend& b, options o)
    : out(b), opt(std::move(o)), img(&images().front()), frames(protocol::max_body_to_controller) {
  // Smaller than the agent's step of credits, an upload would wait for ever.
  opt.upload_window = std::max(opt.upload_window, 2 * protocol::upload_credit_step);
}

void agent_link::impl::opened() {
  if (phase != phase::idle) return;
  phase = phase::starting;
  clock_wanted = true;
  std::string bytes;
  if (!by_path) bytes = img->first;
  protocol::append_message(bytes, {.type = protocol::type::lease},
                           protocol::lease{static_cast<std::uint32_t>(opt.lease.count())});
  bytes += early;
  out.write(std::move(bytes));
}

void agent_link::impl::send(std::string bytes) {
  if (phase == phase::down) return;
  if (phase != phase::ready) early += bytes;
  if (phase != phase::idle) out.write(std::move(bytes));
}

void agent_link::impl::send_empty(protocol::type type, hop_id hop, std::uint32_t id) {
  std::string bytes;
  protocol::append_frame(bytes, {.hop = hop, .type = type, .id = id}, {});
  send(std::move(bytes));
}

void agent_link::impl::received(std::string_view bytes, time_point now) {
  if (clock_wanted) tick(now);
  if (phase == phase::starting) {
    heard += bytes;
    look_for_magic();
  } else if (phase == phase::greeting || phase == phase::ready) {
    frames.feed(bytes);
    read_frames();
  }
}

void agent_link::impl::look_for_magic() {
  std::size_t at = heard.find(protocol::magic);
  if (at == std::string::npos) {
    if (!heed_stage0() && heard.size() > protocol::max_noise)
      fail({link_failure::kind::protocol, "the login wrote more than 64 KiB and started no agent",
            "Make the account's rc files silent for commands that are not interactive."});
    return;
  }
  phase = phase::greeting;
  greeting.noise = core::to_valid_utf8(std::string_view(heard).substr(0, at));
  frames.feed(std::string_view(heard).substr(at + protocol::magic.size()));
  std::string().swap(heard);
  read_frames();
}

/// Stage-0's own words. True when it said something.
bool agent_link::impl::heed_stage0() {
  std::string_view text = heard;
  constexpr auto stage0_word = protocol::stage0_word;
  std::size_t at = text.starts_with(stage0_word) ? 0 : text.find(std::string("\n") + std::string(stage0_word));
  if (at == std::string_view::npos) return false;
  auto words = core::trim(text.substr(at)).substr(stage0_word.size());
  std::size_t end = words.find('\n');
  if (end == std::string_view::npos && text.back() != '\n' && text.back() != ' ') return false; // not all of it
  words = core::trim(words.substr(0, end));
  if (words == "noexec") {
    fail({link_failure::kind::unreachable, "no place on the target lets the agent be executed",
          "Every directory tried (/dev/shm, $XDG_RUNTIME_DIR, $TMPDIR, /tmp, /var/tmp, $HOME, /run) is noexec, full or "
          "read-only, and there is no memfd. Install python3 or perl, or allow execution in one of them."});
    return true;
  }
  if (!words.starts_with("arch ")) return false;
  auto platform = words.substr(5);
  const image* other = platform.starts_with("Linux ") ? find_image(platform.substr(6)) : nullptr;
  if (!other || other == img || restarted) {
    fail({link_failure::kind::unreachable, "the target is " + core::to_valid_utf8(platform) + "; no agent is built in for it",
          "This mito-actor manages Linux on " + [] {
            std::vector<std::string> names;
            for (const auto& i : images()) names.emplace_back(i.machine);
            return core::join(names, " and ");
          }() + "."});
    return true;
  }
  img = other;
  restarted = true;
  exchange_images();
  phase = phase::idle;
  heard.clear();
  hello_due = never;
  out.note(3, "the target is " + std::string(platform) + ": starting again with its agent");
  out.restart();
  return true;
}

/// What was sent early is sent again to another machine: with its image.
void agent_link::impl::exchange_images() {
  protocol::decoder sent(protocol::max_body_to_agent);
  sent.feed(early);
  early.clear();
  for (protocol::frame f; sent.next(f);) {
    if (f.header.type != protocol::type::hop_payload) {
      early += f.bytes;
      continue;
    }
    protocol::hop_payload payload;
    payload.image = img->full;
    protocol::append_message(early, f.header, payload);
  }
}

std::string agent_link::impl::login_words() const {
  auto words = core::trim(heard);
  constexpr std::size_t most = 400;
  if (words.size() > most) words = words.substr(words.size() - most);
  return core::to_valid_utf8(words);
}

void agent_link::impl::closed(const link_failure& why) {
  if (phase == phase::down) return;
  link_failure told = why;
  if (phase == phase::starting)
    if (auto words = login_words(); !words.empty()) told.message += "; the login said: " + words;
  fail(std::move(told));
}

void agent_link::impl::protocol_failure(std::string_view what) {
  fail({link_failure::kind::protocol, "the agent sent " + std::string(what) + "; its connection was closed",
        "Something on the target writes into the agent's stream, or the target is hostile."});
}

void agent_link::impl::fail(link_failure why) {
  if (phase == phase::down) return;
  phase = phase::down;
  early.clear();
  std::map<request_id, call> lost;
  lost.swap(calls);
  for (auto& [id, c] : lost) out.failed(id, why);
  hops.clear();
  out.down(why);
}

time_point agent_link::impl::next_deadline() const {
  bool told_soon = !refused_calls.empty() || !refused_arguments.empty() || !refused_hops.empty();
  if (clock_wanted || told_soon) return time_point::min();
  if (phase == phase::down) return never;
  time_point next = std::min(hello_due, next_beat);
  for (const auto& [id, c] : calls) next = std::min(next, c.due);
  for (const auto& [id, h] : hops) next = std::min(next, h.due);
  return next;
}

time_point agent_link::impl::tick(time_point now) {
  for (auto& [id, why] : std::exchange(refused_hops, {})) lose_hop(id, why, true);
  for (auto& [id, why] : std::exchange(refused_calls, {})) fail_call(id, why);
  for (auto& [id, message] : std::exchange(refused_arguments, {})) finish_with(id, message);
  if (std::exchange(clock_wanted, false) && phase != phase::down) {
    hello_due = now + opt.hello_timeout;
    next_beat = now + opt.lease / 3;
  }
  if (now >= hello_due && (phase == phase::starting || phase == phase::greeting)) {
    auto words = login_words();
    fail({link_failure::kind::unreachable,
          "no agent started within " + std::to_string(opt.hello_timeout.count() / 1000) + " s" +
              (words.empty() ? std::string() : "; the login said: " + words),
          "Does the login run commands? Try: ssh HOST true"});
  }
  if (now >= next_beat) {
    if (phase == phase::ready) send_empty(protocol::type::lease, 0, 0);
    next_beat = now + opt.lease / 3;
  }
  std::vector<request_id> late;
  for (const auto& [id, c] : calls)
    if (now >= c.due) late.push_back(id);
  for (auto id : late) {
    send_empty(protocol::type::cancel, calls.at(id).hop, id);
    fail_call(id, {link_failure::kind::protocol, "the agent gave no result in time", ""});
  }
  std::vector<hop_id> stuck;
  for (const auto& [id, h] : hops)
    if (now >= h.due) stuck.push_back(id);
  for (auto id : stuck) {
    auto h = hops.find(id);
    if (h == hops.end()) continue;
    send_empty(protocol::type::hop_close, h->second.parent, id);
    lose_hop(id, {link_failure::kind::become_failed, "the agent did not say in time whether it could change the user", ""}, true);
  }
  return next_deadline();
}

} // namespace mito::bootstrap

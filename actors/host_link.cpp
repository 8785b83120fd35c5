#include "actors/host_link.hpp"

#include "core/text.hpp"

namespace mito::actors {

bootstrap::link_failure failure_of(const transport::close_info& closed, const connection_spec& spec) {
  bootstrap::link_failure out;
  std::string text = closed.message;
  if (!closed.stderr_tail.empty()) {
    if (!text.empty()) text += "\n";
    text += core::trim(closed.stderr_tail);
  }
  if (text.empty()) text = "the connection was closed (exit status " + std::to_string(closed.exit_status) + ")";
  if (!spec.local) text = "Failed to connect to the host via ssh: " + text;
  out.message = std::move(text);
  out.hint = closed.hint;
  return out;
}

host_link::host_link(connection_ptr spec, callbacks out, std::size_t result_limit)
    : spec_(std::move(spec)), out_(std::move(out)), result_limit_(result_limit) {}

host_link::~host_link() {
  if (stream_) stream_->abort();
}

void host_link::connect(clock::time_point) {
  old_link_.reset();
  if (link_) return;
  bootstrap::agent_link::options opt;
  opt.result_limit = result_limit_;
  link_ = std::make_unique<bootstrap::agent_link>(*this, opt);
  ready_ = false;
  ++generation_;
  open_stream();
  // Payload, lease and first requests are queued right behind the command: no round trip is spent on waiting.
  link_->opened();
}

/// One of the two ways only: the link sends its payload for stage-0 and none where it is started as a program.
void host_link::open_stream() {
  stream_ = spec_->local ? out_.open(generation_, "", link_->start_argv()) : out_.open(generation_, link_->start_command(), {});
}

void host_link::restart() {
  ++generation_;
  if (stream_) stream_->abort();
  open_stream();
  link_->opened();
}

void host_link::invoke(bootstrap::hop_id hop, module_request_ptr request, answer reply, clock::time_point now) {
  connect(now);
  auto id = link_->invoke(hop, request->what, now);
  pending_[id] = {request->token, std::move(reply)};
  by_token_[request->token] = id;
}

void host_link::cancel(std::uint64_t token) {
  auto at = by_token_.find(token);
  if (at != by_token_.end() && link_) link_->cancel(at->second);
}

bootstrap::hop_id host_link::open_hop(const engine::become_settings& b, clock::time_point now) {
  connect(now);
  bootstrap::become_request r;
  r.method = b.method == "su" ? bootstrap::become_method::su : bootstrap::become_method::sudo;
  r.user = b.user;
  r.exe = b.exe;
  r.flags = b.flags;
  r.password = b.password;
  return link_->open_hop(0, std::move(r), now);
}

void host_link::on(const stream_event& e, clock::time_point now) {
  old_link_.reset();
  if (e.what == stream_event::kind::note) {
    note(e.verbosity, e.bytes);
    return;
  }
  if (e.generation != generation_ || !link_) return;
  switch (e.what) {
  case stream_event::kind::received: link_->received(e.bytes, now); break;
  case stream_event::kind::drained: link_->drained(); break;
  case stream_event::kind::closed:
    stream_.reset();
    link_->closed(failure_of(e.closed, *spec_));
    break;
  default: break;
  }
}

host_link::clock::time_point host_link::tick(clock::time_point now) {
  old_link_.reset();
  if (!link_) return clock::time_point::max();
  auto next = link_->tick(now);
  return link_ ? next : clock::time_point::max();
}

void host_link::shutdown() {
  if (link_) {
    link_->shutdown();
    if (stream_) stream_->finish();
  }
  bootstrap::link_failure why;
  why.message = "the connection was closed by the run";
  auto waiting = std::move(pending_);
  pending_.clear();
  by_token_.clear();
  for (auto& [id, p] : waiting) {
    auto reply = std::make_shared<module_reply>();
    reply->failure = why;
    p.reply(std::move(reply));
  }
  drop_link();
}

void host_link::drop_link() {
  old_link_ = std::move(link_);
  ready_ = false;
}

void host_link::write(std::string bytes) {
  if (stream_) stream_->write(std::move(bytes));
}
std::size_t host_link::queued() const { return stream_ ? stream_->queued() : 0; }

void host_link::ready(const bootstrap::hello& h) {
  ready_ = true;
  note(3, "agent up: " + h.machine + " " + h.system + ", uid " + std::to_string(h.uid) + ", " + h.via);
  if (!h.noise.empty()) note(3, "the login printed: " + h.noise);
}

void host_link::hop_ready(bootstrap::hop_id, const bootstrap::hello& h) {
  note(3, "become agent up: uid " + std::to_string(h.uid));
}

void host_link::hop_failed(bootstrap::hop_id hop, const bootstrap::link_failure& why) { out_.hop_lost(hop, why); }

void host_link::answer_request(bootstrap::request_id id, module_reply reply) {
  auto at = pending_.find(id);
  if (at == pending_.end()) return;
  auto p = std::move(at->second);
  pending_.erase(at);
  by_token_.erase(p.token);
  p.reply(std::make_shared<const module_reply>(std::move(reply)));
}

void host_link::result(bootstrap::request_id id, core::value r) { answer_request(id, {std::move(r), std::nullopt}); }

void host_link::failed(bootstrap::request_id id, const bootstrap::link_failure& why) { answer_request(id, {{}, why}); }

void host_link::down(const bootstrap::link_failure& why) {
  note(1, why.message);
  if (stream_) stream_->abort();
  stream_.reset();
  drop_link();
  out_.lost();
}

void host_link::note(int verbosity, std::string text) { out_.note(verbosity, std::move(text)); }

} // namespace mito::actors

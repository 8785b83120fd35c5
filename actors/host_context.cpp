#include "actors/host_context.hpp"

namespace mito::actors {

namespace {

using self_pointer = host_context_actor::stateful_pointer<host_context_state>;
using clock = host_link::clock;

/// Turns I/O threads' calls into messages.
class actor_sink final : public transport::stream_sink {
public:
  actor_sink(host_context_actor to, unsigned generation) : to_(std::move(to)), generation_(generation) {}
  void opened() override { send(stream_event::kind::opened); }
  void received(std::string bytes) override { send(stream_event::kind::received, std::move(bytes)); }
  void drained() override { send(stream_event::kind::drained); }
  void closed(transport::close_info why) override {
    auto e = make(stream_event::kind::closed);
    e->closed = std::move(why);
    post(to_, stream_event_ptr(std::move(e)));
  }
  void note(int verbosity, std::string text) override {
    auto e = make(stream_event::kind::note);
    e->bytes = std::move(text);
    e->verbosity = verbosity;
    post(to_, stream_event_ptr(std::move(e)));
  }

private:
  std::shared_ptr<stream_event> make(stream_event::kind what) const {
    auto e = std::make_shared<stream_event>();
    e->what = what;
    e->generation = generation_;
    return e;
  }
  void send(stream_event::kind what, std::string bytes = {}) {
    auto e = make(what);
    e->bytes = std::move(bytes);
    post(to_, stream_event_ptr(std::move(e)));
  }

  host_context_actor to_;
  unsigned generation_;
};

/// Keeps exactly one timer for the earliest time the link asked for.
void schedule(self_pointer self) {
  auto& st = state_of(self);
  auto now = now_of(self);
  auto next = st.link->tick(now);
  if (next == clock::time_point::max() || next >= st.due) return;
  st.due = next;
  auto wait = std::max(next - now, clock::duration(std::chrono::milliseconds(1)));
  tell_later(self, host_context_actor(self), wait, tick_v);
}

std::string account_key(const engine::become_settings& b) {
  return b.method + '\n' + b.user + '\n' + b.exe + '\n' + b.flags + '\n' + b.password.value_or("");
}

host_link::callbacks make_callbacks(self_pointer self) {
  auto& st = state_of(self);
  host_link::callbacks out;
  out.open = [self](unsigned generation, const std::string& command, const std::vector<std::string>& argv) {
    auto& s = state_of(self);
    auto sink = std::make_shared<actor_sink>(host_context_actor(self), generation);
    if (s.spec->local) return s.env->streams->open_process({argv, {}}, std::move(sink));
    return s.env->streams->open_ssh(s.spec->ssh, command, std::move(sink));
  };
  out.note = [env = st.env, host = st.spec->host](int verbosity, std::string text) {
    if (verbosity <= env->verbosity) report_event(*env, report::message{core::severity::note, verbosity, host, std::move(text)});
  };
  out.hop_lost = [self](bootstrap::hop_id hop, const bootstrap::link_failure&) {
    auto& s = state_of(self);
    auto key = s.hop_keys.find(hop);
    if (key == s.hop_keys.end()) return;
    auto at = s.hops.find(key->second);
    if (at != s.hops.end()) {
      post(at->second, stop_v);
      s.hops.erase(at);
    }
    s.hop_keys.erase(key);
  };
  out.lost = [self] {
    auto& s = state_of(self);
    for (auto& [key, hop] : s.hops) post(hop, stop_v);
    s.hops.clear();
    s.hop_keys.clear();
  };
  return out;
}

const become_hop_actor& hop_for(self_pointer self, const engine::become_settings& b) {
  auto& st = state_of(self);
  auto& actor = st.hops[account_key(b)];
  if (!actor) {
    auto hop = st.link->open_hop(b, now_of(self));
    st.hop_keys[hop] = account_key(b);
    actor = self->spawn(become_hop, host_context_actor(self), hop);
  }
  return actor;
}

caf::result<module_reply_ptr> run_on(self_pointer self, std::uint16_t hop, const module_request_ptr& request) {
  auto promise = self->template make_response_promise<module_reply_ptr>();
  state_of(self).link->invoke(
    hop, request, [promise](module_reply_ptr reply) mutable { promise.deliver(std::move(reply)); }, now_of(self));
  schedule(self);
  return promise;
}

} // namespace

host_context_actor::behavior_type host_context(self_pointer self, environment_ptr env, connection_ptr spec) {
  auto& st = state_of(self);
  st.env = std::move(env);
  st.spec = std::move(spec);
  st.link = std::make_unique<host_link>(st.spec, make_callbacks(self), st.env->result_limit);
  return {
    [self](connect_atom) {
      state_of(self).link->connect(now_of(self));
      schedule(self);
    },
    [self](invoke_atom, const module_request_ptr& request) -> caf::result<module_reply_ptr> {
      if (!request->become.active) return run_on(self, 0, request);
      return self->delegate(hop_for(self, request->become), invoke_v, request);
    },
    [self](invoke_atom, std::uint16_t hop, const module_request_ptr& request) -> caf::result<module_reply_ptr> {
      return run_on(self, hop, request);
    },
    [self](cancel_atom, std::uint64_t token) { state_of(self).link->cancel(token); },
    [self](const stream_event_ptr& e) {
      state_of(self).link->on(*e, now_of(self));
      schedule(self);
    },
    [self](tick_atom) {
      auto& s = state_of(self);
      // A timer that an earlier one has overtaken: else each deadline would leave one more behind for ever.
      if (now_of(self) < s.due) return;
      s.due = clock::time_point::max();
      schedule(self);
    },
    [self](reset_atom) { state_of(self).link->shutdown(); },
    [self](stop_atom) {
      auto& s = state_of(self);
      s.link->shutdown();
      for (auto& [key, hop] : s.hops) post(hop, stop_v);
      s.hops.clear();
      self->quit();
    },
  };
}

become_hop_actor::behavior_type become_hop(become_hop_actor::stateful_pointer<become_hop_state> self,
                                           host_context_actor host, std::uint16_t hop) {
  return {
    [self, host, hop](invoke_atom, const module_request_ptr& request) -> caf::result<module_reply_ptr> {
      return self->delegate(host, invoke_v, hop, request);
    },
    [self](stop_atom) { self->quit(); },
  };
}

directory_actor::behavior_type directory(directory_actor::stateful_pointer<directory_state> self, environment_ptr env) {
  return {
    [self, env](get_atom, const connection_ptr& spec) {
      auto& actor = state_of(self).contexts[spec->key];
      if (!actor) actor = self->spawn(host_context, env, spec);
      return actor;
    },
    [self](stop_atom) {
      for (auto& [key, actor] : state_of(self).contexts) post(actor, stop_v);
      state_of(self).contexts.clear();
      self->quit();
    },
  };
}

} // namespace mito::actors

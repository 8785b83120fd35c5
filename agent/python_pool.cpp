#include "agent/python_pool.hpp"

#include <algorithm>
#include <utility>

#include "agent/inflate.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

using server_says = protocol::server::type;

namespace {
constexpr std::size_t most_program = 60u << 10; ///< a pipe holds it
constexpr unsigned most_attempts = 3;
} // namespace

bool python_pool::keep(std::uint8_t flags, std::string_view body) {
  if (flags == protocol::flag::program) {
    auto text = gunzip(body, most_program);
    if (text) program_ = std::move(*text);
    return text.has_value();
  }
  kept_ += body.size();
  if (flags != protocol::flag::sources || kept_ > protocol::max_kept_sources) return false;
  bundles_.emplace_back(body);
  return true;
}

python_pool::entry& python_pool::entry_for(const std::string& interpreter, const core::dict& environment) {
  for (auto& e : entries_)
    if (!e->stale && e->interpreter == interpreter && core::value(core::dict(e->environment)) == core::value(core::dict(environment)))
      return *e;
  make_room();
  entries_.push_back(std::make_unique<entry>());
  auto& e = *entries_.back();
  e.interpreter = interpreter;
  e.environment = environment;
  return e;
}

/// The one that was idle longest goes.
void python_pool::make_room() {
  if (entries_.size() < protocol::max_python_servers) return;
  auto idle = entries_.end();
  for (auto e = entries_.begin(); e != entries_.end(); ++e)
    if (!(*e)->stale && (*e)->running.empty() && (*e)->waiting.empty() && (idle == entries_.end() || (*e)->used < (*idle)->used)) idle = e;
  if (idle != entries_.end()) entries_.erase(idle);
}

void python_pool::start(entry& e) {
  e.server = std::make_unique<fork_server>(e.interpreter, e.environment, program_);
  e.fed = 0;
}

void python_pool::submit(entry& e, call& c) {
  ++c.attempts;
  e.used = now();
  if (!e.server) start(e);
  for (; e.fed < bundles_.size(); ++e.fed) e.server->feed(bundles_[e.fed]);
  e.server->run(c.id, c.text, c.out.get(), c.err.get());
}

void python_pool::run(std::uint32_t id, std::string interpreter, core::dict environment, std::string text, descriptor out,
                      descriptor err) {
  auto& e = entry_for(interpreter, environment);
  e.waiting.push_back({id, std::move(text), std::move(out), std::move(err)});
  submit(e, e.waiting.back());
}

void python_pool::abandon(std::uint32_t id) {
  for (auto& e : entries_) {
    auto at = std::find_if(e->waiting.begin(), e->waiting.end(), [=](const call& c) { return c.id == id; });
    if (at == e->waiting.end()) continue;
    e->waiting.erase(at);
    if (e->running.empty() && e->server) e->server->kill_now();
  }
}

void python_pool::poll(poll_set& set) const {
  for (auto& e : entries_)
    if (e->server) e->server->poll(set);
}

/// The call goes to a server that has not seen the system's modules as they were.
void python_pool::again(entry& e, std::uint32_t id) {
  auto at = std::find_if(e.waiting.begin(), e.waiting.end(), [=](const call& c) { return c.id == id; });
  if (at == e.waiting.end()) return;
  call c = std::move(*at);
  e.waiting.erase(at);
  e.stale = true;
  if (c.attempts >= most_attempts) {
    news_.push_back({news::kind::lost, c.id, 0, "modules of the target's Python keep changing", {}});
    return;
  }
  auto& fresh = entry_for(e.interpreter, e.environment);
  fresh.waiting.push_back(std::move(c));
  submit(fresh, fresh.waiting.back());
}

void python_pool::heed(entry& e, const fork_server::event& said) {
  auto drop_waiting = [&] { std::erase_if(e.waiting, [&](const call& c) { return c.id == said.id; }); };
  switch (said.what) {
  case server_says::started:
    drop_waiting();
    e.running.push_back(said.id);
    news_.push_back({news::kind::started, said.id, said.number, {}, {}});
    return;
  case server_says::ended:
    std::erase(e.running, said.id);
    news_.push_back({news::kind::ended, said.id, said.number, {}, {}});
    return;
  case server_says::refused:
    drop_waiting();
    news_.push_back({news::kind::refused, said.id, 0, said.text, {}});
    return;
  case server_says::stale:
    return again(e, said.id);
  default:
    e.server->kill_now();
  }
}

/// A server that ended: calls that run are lost, those that wait are sent to another one, unless it never came up.
void python_pool::bury(entry& e) {
  auto server = std::move(e.server);
  for (auto id : std::exchange(e.running, {})) news_.push_back({news::kind::lost, id, 0, server->errors(), {}});
  auto waiting = std::exchange(e.waiting, {});
  for (auto& c : waiting) {
    if (server->state() == fork_server::state::failed) {
      news_.push_back({news::kind::no_start, c.id, static_cast<std::uint32_t>(server->status()), server->errors(), server->noise()});
    } else if (c.attempts >= most_attempts) {
      news_.push_back({news::kind::lost, c.id, 0, server->errors(), {}});
    } else {
      e.waiting.push_back(std::move(c));
      submit(e, e.waiting.back());
    }
  }
}

void python_pool::handle(const poll_set& set) {
  // By number: heeding a server may add another.
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    entry& e = *entries_[i];
    if (!e.server) continue;
    e.server->handle(set);
    for (fork_server::event said; e.server && e.server->next(said);) heed(e, said);
    if (!e.server) continue;
    if (e.server->state() == fork_server::state::failed || e.server->state() == fork_server::state::gone) bury(e);
  }
  std::erase_if(entries_, [](auto& e) { return e->stale && e->running.empty() && e->waiting.empty(); });
}

bool python_pool::exited(pid_t pid, int status) {
  for (auto& e : entries_)
    if (e->server && e->server->exited(pid, status)) return true;
  return false;
}

bool python_pool::next(news& out) {
  if (news_.empty()) return false;
  out = std::move(news_.front());
  news_.erase(news_.begin());
  return true;
}

} // namespace mito::agent

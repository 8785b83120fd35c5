#include "strategy/linear.hpp"

#include <algorithm>

namespace mito::strategy {

linear::linear(const plan& p, std::size_t host_count) : plan_(p) {
  hosts_.reserve(host_count);
  for (std::size_t i = 0; i < host_count; ++i) hosts_.push_back({host_cursor(p)});
  handlers_added();
}

void linear::handlers_added() {
  for (auto i = handler_names_.size(); i < plan_.handlers.size(); ++i) handler_names_.push_back(plan_.handlers[i]->spec->name);
}

std::string linear::shown_name(std::size_t handler) const {
  auto& role = plan_.handlers[handler]->spec->role;
  return role.empty() ? handler_names_[handler] : role + " : " + handler_names_[handler];
}

bool linear::live(host_index host) const {
  auto& h = hosts_[host];
  return !h.unreachable && !h.ended && h.cursor.peek();
}

std::size_t linear::live_count() const {
  std::size_t n = 0;
  for (host_index i = 0; i < hosts_.size(); ++i) n += live(i);
  return n;
}

std::size_t linear::failed_count() const {
  return static_cast<std::size_t>(std::count_if(hosts_.begin(), hosts_.end(), [](auto& h) { return h.cursor.failed(); }));
}

std::size_t linear::unreachable_count() const {
  return static_cast<std::size_t>(std::count_if(hosts_.begin(), hosts_.end(), [](auto& h) { return h.unreachable; }));
}

std::optional<round> linear::next() {
  host_cursor::position_t lowest;
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (live(i)) lowest = std::min(lowest, hosts_[i].cursor.position());
  if (!lowest.task) return std::nullopt;
  round r;
  for (host_index i = 0; i < hosts_.size(); ++i) {
    if (!live(i) || hosts_[i].cursor.position() != lowest) continue;
    r.hosts.push_back(i);
    r.task = hosts_[i].cursor.peek();
    r.handler = hosts_[i].cursor.in_handlers();
  }
  return r;
}

std::optional<round> linear::next_of(host_index host) const {
  if (!live(host)) return std::nullopt;
  auto& cursor = hosts_[host].cursor;
  return round{cursor.peek(), {host}, cursor.in_handlers()};
}

bool linear::finished(host_index host, outcome how) {
  auto& h = hosts_[host];
  switch (how) {
  case outcome::ok: h.cursor.advance(); return false;
  case outcome::unreachable: h.unreachable = true; return false;
  case outcome::failed: break;
  }
  bool rescued = h.cursor.would_rescue();
  h.cursor.fail();
  return rescued;
}

void linear::finished_for_all(const round& r, outcome how) {
  for (auto i : r.hosts) finished(i, how);
}

bool linear::start_at(host_index host, const std::function<bool(const planned_task&)>& wanted) {
  auto& cursor = hosts_[host].cursor;
  auto* first = cursor.peek();
  const planned_task* setup = first && first->spec->action == "gather_facts" && !first->source ? first : nullptr;
  while (auto* t = cursor.peek()) {
    if (wanted(*t)) {
      if (setup && t != setup) cursor.run_before(setup);
      return true;
    }
    cursor.advance();
  }
  return false;
}

void linear::end_host(host_index host) {
  hosts_[host].ended = true;
  hosts_[host].cursor.end();
}

void linear::end_all() {
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (!hosts_[i].unreachable) end_host(i);
}

void linear::fail_host(host_index host) {
  auto& h = hosts_[host];
  while (!h.unreachable && !h.ended && h.cursor.peek()) h.cursor.fail();
}

void linear::fail_all() {
  for (host_index i = 0; i < hosts_.size(); ++i) fail_host(i);
}

void linear::clear_errors() {
  for (auto& h : hosts_) {
    h.cursor.clear_failure();
    h.unreachable = false;
  }
}

bool linear::notify(host_index host, std::string_view topic, std::vector<std::string>* newly) {
  bool found = false;
  auto& cursor = hosts_[host].cursor;
  auto mark = [&](std::size_t i) {
    found = true;
    if (cursor.notify(i) && newly) newly->push_back(shown_name(i));
  };
  auto named = [&](std::size_t i) {
    if (handler_names_[i].empty()) return false;
    if (handler_names_[i] == topic || shown_name(i) == topic) return true;
    auto r = plan_.handlers[i]->around->role();
    return r && r->name + " : " + handler_names_[i] == topic;
  };
  for (auto i = plan_.met.rbegin(); i != plan_.met.rend(); ++i) {
    if (!named(*i)) continue;
    mark(*i);
    break;
  }
  for (std::size_t i = 0; i < plan_.handlers.size(); ++i) {
    auto& listen = plan_.handlers[i]->spec->listen;
    if (std::find(listen.begin(), listen.end(), topic) != listen.end()) mark(i);
  }
  return found;
}

} // namespace mito::strategy

#include "strategy/linear.hpp"

#include <algorithm>

namespace mito::strategy {

linear::linear(const plan& p, std::size_t host_count) : plan_(p) {
  hosts_.reserve(host_count);
  for (std::size_t i = 0; i < host_count; ++i) hosts_.push_back({host_cursor(p)});
  for (auto& h : p.handlers) handler_names_.push_back(h.spec->name);
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
  std::pair<std::uint32_t, std::uint32_t> lowest{UINT32_MAX, UINT32_MAX};
  for (host_index i = 0; i < hosts_.size(); ++i)
    if (live(i)) lowest = std::min(lowest, hosts_[i].cursor.position());
  if (lowest.first == UINT32_MAX) return std::nullopt;
  round r;
  for (host_index i = 0; i < hosts_.size(); ++i) {
    if (!live(i) || hosts_[i].cursor.position() != lowest) continue;
    r.hosts.push_back(i);
    r.task = hosts_[i].cursor.peek();
    r.handler = hosts_[i].cursor.in_handlers();
  }
  return r;
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
    if (cursor.notify(i) && newly) newly->push_back(handler_names_[i]);
  };
  for (std::size_t i = plan_.handlers.size(); i-- > 0;) {
    if (handler_names_[i] != topic || topic.empty()) continue;
    mark(i);
    break;
  }
  for (std::size_t i = 0; i < plan_.handlers.size(); ++i) {
    auto& listen = plan_.handlers[i].spec->listen;
    if (std::find(listen.begin(), listen.end(), topic) != listen.end()) mark(i);
  }
  return found;
}

} // namespace mito::strategy

#include "strategy/free.hpp"

namespace mito::strategy {

std::optional<kind> kind_of(std::string_view name) {
  for (std::string_view prefix : {"ansible.builtin.", "ansible.legacy."})
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  if (name == "linear") return kind::linear;
  if (name == "free") return kind::free;
  if (name == "host_pinned") return kind::host_pinned;
  return std::nullopt;
}

std::optional<std::size_t> free_order::next() {
  for (std::size_t n = 0; n < states_.size(); ++n) {
    auto host = (turn_ + n) % states_.size();
    auto& s = states_[host];
    if (s == state::waiting && room_ == 0) continue;
    if (s != state::waiting && s != state::idle) continue;
    if (s == state::waiting) --room_;
    s = state::busy;
    turn_ = host + 1;
    return host;
  }
  return std::nullopt;
}

void free_order::gone(std::size_t host) {
  if (states_[host] == state::gone) return;
  if (states_[host] != state::waiting) ++room_;
  states_[host] = state::gone;
  ++gone_;
}

} // namespace mito::strategy

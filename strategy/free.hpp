#pragma once
/// The strategies free and host_pinned: which host may go on. Each goes through the plan at its own pace; host_pinned lets
/// only so many begin, and the next one only when one is through. Pure.
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace mito::strategy {

enum class kind : unsigned char { linear, free, host_pinned };
/// By the strategy's name, with or without its collection; nullopt: unknown.
std::optional<kind> kind_of(std::string_view name);

class free_order {
public:
  /// At most `at_once` hosts have begun and are not through.
  free_order(std::size_t hosts, std::size_t at_once) : states_(hosts, state::waiting), room_(at_once) {}

  /// The next idle host, in turn; it is busy from then on. Nullopt: all are busy, waiting or gone.
  std::optional<std::size_t> next();
  /// Its task is over.
  void idle(std::size_t host) {
    if (states_[host] == state::busy) states_[host] = state::idle;
  }
  /// It is through.
  void gone(std::size_t host);
  bool all_gone() const { return gone_ == states_.size(); }

private:
  enum class state : unsigned char { waiting, idle, busy, gone };
  std::vector<state> states_;
  std::size_t room_, gone_ = 0, turn_ = 0;
};

} // namespace mito::strategy

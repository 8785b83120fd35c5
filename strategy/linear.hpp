#pragma once
/// The linear strategy: all hosts run the same task before any goes on to the next. Pure state machine: the supervisor
/// asks for a round, runs it and reports each host's outcome.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "strategy/host_cursor.hpp"

namespace mito::strategy {

using host_index = std::size_t;

enum class outcome : std::uint8_t { ok, failed, unreachable };

struct round {
  const planned_task* task = nullptr;
  std::vector<host_index> hosts;
  /// Handlers of a flush are shown as such.
  bool handler = false;
};

class linear {
public:
  linear(const plan& p, std::size_t host_count);

  /// The lowest task that any live host has next, with every host that is there. Empty: the play is through.
  std::optional<round> next();
  /// The next task of one host alone.
  std::optional<round> next_of(host_index host) const;
  /// Each host of the round exactly once, before `next` is called again. Returns whether a failure will be rescued.
  bool finished(host_index host, outcome how);
  /// run_once tasks fail or succeed for every live host whose next task it is.
  void finished_for_all(const round& r, outcome how);

  /// Skips to the first task for which `wanted` holds; facts are gathered before it. False: there is none, and the host is
  /// through (--start-at-task).
  bool start_at(host_index host, const std::function<bool(const planned_task&)>& wanted);

  /// --- meta tasks and faults from outside
  void flush_handlers(host_index host) { hosts_[host].cursor.enter_handlers(); }
  void end_host(host_index host);
  void end_all();
  void clear_errors();
  void fail_all();
  /// Fails this host for good, whatever blocks it stands in.
  void fail_host(host_index host);
  /// In a rescue or always section.
  bool rescuing(host_index host) const { return hosts_[host].cursor.rescuing(); }
  bool would_rescue(host_index host) const { return hosts_[host].cursor.would_rescue(); }
  /// False: no such handler. Names match `name`, then `listen`; the last handler of a name wins.
  bool notify(host_index host, std::string_view topic, std::vector<std::string>* newly = nullptr);

  bool failed(host_index host) const { return hosts_[host].cursor.failed(); }
  bool unreachable(host_index host) const { return hosts_[host].unreachable; }
  bool live(host_index host) const;
  std::size_t live_count() const;
  std::size_t failed_count() const;
  std::size_t unreachable_count() const;
  std::size_t size() const { return hosts_.size(); }
  /// Handlers' names as templated by the caller (index as in the plan); unset ones use the name as written.
  void set_handler_name(std::size_t handler, std::string name) { handler_names_[handler] = std::move(name); }
  /// The plan has more handlers now.
  void handlers_added();
  /// The handler's name as `notify` may have it: with its role in front or without.
  std::string shown_name(std::size_t handler) const;

  /// --- includes and roles; see host_cursor
  void include(host_index host, std::shared_ptr<const plan_block> items) { hosts_[host].cursor.include(std::move(items)); }
  void include_handlers(host_index host, std::vector<std::shared_ptr<const planned_task>> handlers) {
    hosts_[host].cursor.include_handlers(std::move(handlers));
  }
  void role_ran(host_index host, const playbook::role* r) { hosts_[host].cursor.role_ran(r); }
  void role_completed(host_index host) { hosts_[host].cursor.role_completed(); }

private:
  struct host_state {
    host_cursor cursor;
    bool unreachable = false;
    bool ended = false;
  };

  const plan& plan_;
  std::vector<host_state> hosts_;
  std::vector<std::string> handler_names_;
};

} // namespace mito::strategy

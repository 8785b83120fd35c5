#pragma once
/// What actors say to each other: plain data, shared and never changed once sent.
#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bootstrap/agent_link.hpp"
#include "core/value.hpp"
#include "engine/task_run.hpp"
#include "playbook/variables/store.hpp"
#include "report/event.hpp"
#include "strategy/linear.hpp"
#include "transport/stream.hpp"
#include "transport/target.hpp"

namespace mito::actors {

/// How a host is reached. Equal keys share one connection.
struct connection_spec {
  std::string key;
  std::string host; ///< inventory name, for messages
  bool local = false;
  transport::ssh_target ssh;
};
using connection_ptr = std::shared_ptr<const connection_spec>;

/// One module call on a host's agent, or on the agent behind a become hop.
struct module_request {
  std::uint64_t token = 0; ///< names it for `cancel`
  bootstrap::invocation what;
  engine::become_settings become;
};
using module_request_ptr = std::shared_ptr<const module_request>;

/// The answer to a module call: a result as the module made it, or why there is none.
struct module_reply {
  core::value result;
  std::optional<bootstrap::link_failure> failure;
  bool ours = false; ///< the result was made here, not by the target
};
using module_reply_ptr = std::shared_ptr<const module_reply>;

/// A stream's event, sent by an I/O thread. `generation` tells a restarted stream's events from the old one's.
struct stream_event {
  enum class kind : std::uint8_t { opened, received, drained, closed, note } what = kind::opened;
  unsigned generation = 0;
  std::string bytes;
  transport::close_info closed;
  int verbosity = 0;
};
using stream_event_ptr = std::shared_ptr<stream_event>;

/// One task on one host, for a task_runner.
struct task_order {
  strategy::host_index index = 0;
  playbook::host_id host = playbook::no_id;
  std::string host_name;
  std::shared_ptr<const engine::task_spec> spec;
  std::shared_ptr<const templating::scope> vars;
  report::task_ref info;
};
using task_order_ptr = std::shared_ptr<const task_order>;

struct task_done {
  strategy::host_index index = 0;
  engine::task_result result;
  std::chrono::microseconds took{0};
};
using task_done_ptr = std::shared_ptr<const task_done>;

using event_ptr = std::shared_ptr<const report::event>;

/// How a play ended.
struct play_outcome {
  std::vector<playbook::host_id> failed, unreachable;
  bool broken = false;      ///< any_errors_fatal, max_fail_percentage: no further plays
  bool ended = false;       ///< meta: end_play
  bool interrupted = false;
  std::string error;        ///< the run itself cannot go on (a handler that does not exist …)
};
using play_outcome_ptr = std::shared_ptr<const play_outcome>;

} // namespace mito::actors

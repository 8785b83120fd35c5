#pragma once
/// The catalogue of all actors: every typed interface, a line per message.
#include "actors/caf.hpp"
#include "actors/messages.hpp"

MITO_LOCAL_TYPE(mito::actors::connection_ptr)
MITO_LOCAL_TYPE(mito::actors::module_request_ptr)
MITO_LOCAL_TYPE(mito::actors::module_reply_ptr)
MITO_LOCAL_TYPE(mito::actors::stream_event_ptr)
MITO_LOCAL_TYPE(mito::actors::task_order_ptr)
MITO_LOCAL_TYPE(mito::actors::task_done_ptr)
MITO_LOCAL_TYPE(mito::actors::event_ptr)
MITO_LOCAL_TYPE(mito::actors::play_outcome_ptr)

namespace mito::actors {

MITO_ATOM(connect);
MITO_ATOM(invoke);
MITO_ATOM(cancel);
MITO_ATOM(tick);
MITO_ATOM(stop);
MITO_ATOM(reset);
MITO_ATOM(get);
MITO_ATOM(begin);
MITO_ATOM(wake);
MITO_ATOM(expire);
MITO_ATOM(finish);

/// One remote host: owns its connection and the agent behind it.
using host_context_actor = iface<
  /// Set up the connection now; later calls find it under way.
  void(connect_atom),
  /// Run a module; through a become_hop where the request says so.
  module_reply_ptr(invoke_atom, module_request_ptr),
  /// The same, for a hop that is already open (from become_hop).
  module_reply_ptr(invoke_atom, std::uint16_t, module_request_ptr),
  /// Give up a request: its process group is ended on the target.
  void(cancel_atom, std::uint64_t),
  /// From the I/O threads.
  void(stream_event_ptr),
  /// The link's own time is due.
  void(tick_atom),
  /// Close the connection; the next call opens a new one.
  void(reset_atom),
  /// Say goodbye to the agent and end.
  void(stop_atom)>;

/// One account on one host, reached by sudo or su: an agent of its own behind the login's.
using become_hop_actor = iface<
  module_reply_ptr(invoke_atom, module_request_ptr),
  void(stop_atom)>;

/// Finds or makes the context of a connection.
using directory_actor = iface<
  host_context_actor(get_atom, connection_ptr),
  /// Stops every context; answers when all are down.
  void(stop_atom)>;

/// One module call: deadline, cancel, result to whoever spawned it.
using invocation_actor = iface<
  /// The task's deadline is over.
  void(expire_atom),
  /// Give up.
  void(stop_atom)>;

/// One task on one host: the engine's state machine and the action's, with the calls that they ask for.
using task_runner_actor = iface<
  void(begin_atom),
  /// A pause is over.
  void(wake_atom),
  /// From its invocation.
  void(module_reply_ptr),
  /// The run is being stopped: give up what is under way.
  void(stop_atom)>;

/// A play: rounds of the strategy over its hosts.
using supervisor_actor = iface<
  /// Answers when the play is over.
  play_outcome_ptr(begin_atom),
  void(task_done_ptr),
  /// The user wants to stop: running tasks are cancelled.
  void(stop_atom)>;

/// Events in, output out.
using reporter_actor = iface<
  void(event_ptr),
  void(tick_atom),
  /// Answers when everything before it has been shown.
  bool(wake_atom),
  /// The same, and ends.
  bool(finish_atom)>;

} // namespace mito::actors

#pragma once
/// The controller's end of one agent: builds stage-0, speaks frames, routes hops, keeps windows and deadlines.
/// A plain class: bytes and time go in, bytes and events come out through `backend`. No threads, no I/O, no CAF.
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/expected.hpp"
#include "core/value.hpp"
#include "protocol/python.hpp"

namespace mito::bootstrap {

using clock = std::chrono::steady_clock;
using request_id = std::uint32_t;
/// 0 is the login account's agent.
using hop_id = std::uint16_t;

struct hello {
  std::string machine, system, node, release; ///< uname
  std::int64_t pid = 0;
  std::int64_t uid = 0;
  std::string via;                    ///< how the agent was started: "python-memfd", "sh-file /dev/shm", …
  std::string noise;                  ///< what the login printed before (motd, rc files); shown with -vvv
  std::vector<std::string> features;  ///< named features, see protocol/features.hpp
};

/// Reads a file for an upload; called from the actor that owns the link, in order.
class content_source {
public:
  virtual ~content_source() = default;
  virtual std::uint64_t size() const = 0;
  /// Appends at most `limit` bytes; an empty append before size() bytes is an error.
  virtual core::expected<void> read(std::string& into, std::size_t limit) = 0;
};

struct invocation {
  std::string module; ///< native module's short name; protocol::python_module or program_module
  core::value args = {};
  bool check = false;
  bool diff = false;
  core::dict environment = {};
  /// Zero: no limit but the run's. Past it the process group is killed and the result says so.
  std::chrono::milliseconds deadline{0};
  std::optional<std::string> blob = {};    ///< travels with the request; at most 256 KiB
  std::shared_ptr<content_source> upload = {}; ///< flows in windows to a temporary file beside args["dest"]
  /// For protocol::python_module: what has to be on the target first. `blob` is the call, of any size.
  std::shared_ptr<const protocol::source_set> sources = {};
};

enum class become_method : std::uint8_t { sudo, su };

struct become_request {
  become_method method = become_method::sudo;
  std::string user = "root";
  std::string exe;     ///< become_exe; empty: the method's name
  std::string flags;   ///< become_flags; empty: Ansible's default (-H -S -n for sudo)
  std::optional<std::string> password;
  std::chrono::milliseconds timeout{20000};
};

/// Why a link or hop is not usable: the text users see and its class.
struct link_failure {
  enum class kind : std::uint8_t { unreachable, become_failed, protocol } what = kind::unreachable;
  std::string message;
  std::string hint;
};

class agent_link {
public:
  class backend {
  public:
    virtual ~backend() = default;
    virtual void write(std::string bytes) = 0;
    /// The stream's present queue; the link stops feeding uploads above its own mark.
    virtual std::size_t queued() const = 0;
    virtual void ready(const hello& h) = 0;
    virtual void hop_ready(hop_id hop, const hello& h) = 0;
    /// Requests of that hop that are under way get `failed` each, afterwards.
    virtual void hop_failed(hop_id hop, const link_failure& why) = 0;
    virtual void result(request_id id, core::value result) = 0;
    /// The same for modules that are none of the agent's own.
    virtual void output(request_id id, protocol::process_output output) = 0;
    /// This request will get no result: the agent, hop or connection under it is gone.
    virtual void failed(request_id id, const link_failure& why) = 0;
    /// The whole link is unusable; `failed` was called for every request before.
    virtual void down(const link_failure& why) = 0;
    /// The target's platform needs another image: open a new stream with `start_command()` again, then `opened`.
    virtual void restart() = 0;
    virtual void note(int verbosity, std::string text) = 0;
  };

  struct options {
    std::chrono::milliseconds hello_timeout{15000};
    /// The agent ends when it hears nothing for this long; we send something at a third of it.
    std::chrono::seconds lease{60};
    std::size_t result_limit = 64u << 20; ///< bytes of one result
    std::size_t upload_window = 1u << 20;
    std::string python_candidates; ///< ansible_python_interpreter first, for stage-0's choice; empty: the usual ones
  };

  agent_link(backend& out, options opt);
  ~agent_link();

  /// The command line for the login shell (stage-0); for `connection: local` argv instead.
  std::string start_command() const;
  std::vector<std::string> start_argv() const;

  /// The stream is open (or about to be: payload, lease and queued requests are pipelined behind it).
  void opened();
  void received(std::string_view bytes, clock::time_point now);
  void drained();
  /// The stream is gone; `why` is the transport's word.
  void closed(const link_failure& why);

  /// May be called before `ready`: it is queued (bounded) and sent behind the payload.
  request_id invoke(hop_id hop, invocation what, clock::time_point now);
  void cancel(request_id id);
  /// Starts an agent as another user under `parent`. Requests to it may follow at once; they wait in the agent.
  hop_id open_hop(hop_id parent, become_request what, clock::time_point now);
  void close_hop(hop_id hop);
  /// Says goodbye: the agent kills what it runs and ends.
  void shutdown();

  /// Call when due: sends lease frames, notices deadlines. Returns when to call next.
  clock::time_point tick(clock::time_point now);
  clock::time_point next_deadline() const;

  struct impl;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace mito::bootstrap

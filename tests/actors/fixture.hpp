#pragma once
/// What the actors' tests stand on: CAF's test coordinator (one thread, virtual time), a connector whose streams are in
/// the test's hand, a far agent that speaks frames, a host that only notes what it is asked, and a reporter's memory.
#include <caf/test/dsl.hpp>

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "actors/host_context.hpp"
#include "actors/supervisor.hpp"
#include "actors/task_runner.hpp"
#include "playbook/loader.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

namespace actors_test {

namespace actors = mito::actors;
namespace bootstrap = mito::bootstrap;
namespace core = mito::core;
namespace engine = mito::engine;
namespace playbook = mito::playbook;
namespace report = mito::report;
namespace strategy = mito::strategy;
namespace templating = mito::templating;
namespace transport = mito::transport;

using namespace std::chrono_literals;

/// JSON text as a value.
core::value json(std::string_view text);

/// The bytes that were written to a stream, and what else was done with it.
struct stream_log {
  std::string written;
  std::size_t queued = 0; ///< what `queued()` answers
  bool finished = false, aborted = false, dropped = false;
};

/// A stream that the code under test has asked for.
struct opening {
  bool local = false;
  transport::ssh_target ssh;
  std::string command;
  std::vector<std::string> argv;
  std::shared_ptr<transport::stream_sink> sink;
  std::shared_ptr<stream_log> log = std::make_shared<stream_log>();
};

class fake_connector final : public actors::connector {
public:
  std::shared_ptr<transport::stream> open_ssh(const transport::ssh_target& target, std::string command,
                                              std::shared_ptr<transport::stream_sink> sink) override;
  std::shared_ptr<transport::stream> open_process(const transport::process_target& target,
                                                  std::shared_ptr<transport::stream_sink> sink) override;
  std::deque<opening> all; ///< references stay valid
};

/// The other end of an opening: reads frames, answers in the agent's place.
class far_agent {
public:
  explicit far_agent(opening& o) : open_(o) {}

  struct frame {
    mito::protocol::header header;
    std::string body;
  };
  /// Frames that were written since the last call; the image before them is skipped.
  std::vector<frame> frames();
  /// The requests among them, the rest is dropped.
  struct request {
    std::uint32_t id = 0;
    std::uint16_t hop = 0;
    mito::protocol::request what;
  };
  std::vector<request> requests();

  void hello(std::uint16_t hop = 0, std::uint64_t uid = 1000);
  void answer(std::uint32_t id, std::string_view json_text, std::uint16_t hop = 0);
  void hop_failed(std::uint16_t hop, std::string message);
  void bytes(std::string raw) { open_.sink->received(std::move(raw)); }
  void close(std::string message = "Connection reset by peer", std::string hint = "");

private:
  opening& open_;
  std::size_t at_ = 0;
  bool begun_ = false;
};

/// A host_context that does nothing by itself.
struct host_script {
  using promise = caf::typed_response_promise<actors::module_reply_ptr>;
  struct call {
    actors::module_request_ptr request;
    promise answer;
  };
  std::deque<call> calls;
  int connects = 0, resets = 0, stops = 0;
  std::vector<std::uint64_t> cancelled;
  void answer(std::string_view json_text);
  void fail(bootstrap::link_failure why);

  void give(actors::module_reply_ptr reply);
  actors::host_context_actor me;
  std::vector<std::pair<promise, actors::module_reply_ptr>> given;
};
/// Like the real one it answers what it holds when it dies.
struct fake_host_state {
  static inline const char* name = "fake_host";
  fake_host_state() {}
  ~fake_host_state();
  std::shared_ptr<host_script> script;
};
actors::host_context_actor::behavior_type fake_host(actors::host_context_actor::stateful_pointer<fake_host_state> self,
                                                    std::shared_ptr<host_script> script);

/// Hands out the same fake host for each key.
struct fake_directory_state {
  static inline const char* name = "fake_directory";
  std::map<std::string, actors::host_context_actor> hosts;
};

/// Keeps events.
class memory final : public report::sink {
public:
  void on(const report::event& e) override { events.push_back(e); }
  void tick() override { ++ticks; }
  template <class Event>
  std::vector<Event> all() const {
    std::vector<Event> out;
    for (auto& e : events)
      if (auto* one = std::get_if<Event>(&e)) out.push_back(*one);
    return out;
  }
  std::vector<report::event> events;
  int ticks = 0;
};

/// A world of hosts named h1 … hN.
struct fixture : test_coordinator_fixture<actors::config> {
  fixture();
  ~fixture() override;

  /// Replaces the inventory; before anything else.
  void hosts(std::size_t count, bool local = false);
  /// The first play of this text ("- hosts: all" is put before it).
  void play(const std::string& text);
  playbook::host_id host(std::size_t number) const { return ids[number - 1]; }

  /// A directory whose hosts are scripts, by host name.
  void use_scripts();
  std::shared_ptr<host_script> script(const std::string& host) { return scripts[host]; }
  actors::host_context_actor script_actor(const std::string& host) { return script_actors[host]; }
  /// The real directory over `streams`.
  void use_directory();

  /// A task_runner for the first task of the play on h1, begun. Its outcome arrives in `done`.
  actors::task_runner_actor run_task(std::size_t host_number = 1, std::size_t task_number = 0);
  actors::play_setup setup();
  std::shared_ptr<const engine::task_spec> spec(std::size_t task_number = 0) const;
  /// Lets virtual time pass and everything happen.
  void pass(caf::timespan time);
  template <class Actor>
  bool alive(const Actor& a) {
    return !caf::actor_cast<caf::abstract_actor*>(a)->getf(caf::abstract_actor::is_terminated_flag);
  }

  templating::templar templar;
  std::vector<playbook::host_id> ids;
  std::vector<std::string> names;
  std::unique_ptr<playbook::variable_store> store;
  fake_connector streams;
  std::shared_ptr<memory> seen = std::make_shared<memory>();
  std::shared_ptr<actors::environment> env = std::make_shared<actors::environment>();
  playbook::loaded_playbook book;
  std::shared_ptr<const playbook::play> current;
  std::shared_ptr<strategy::plan> plan;
  std::vector<actors::task_done_ptr> done;
  actors::supervisor_actor owner; ///< takes what task runners report
  std::vector<actors::task_runner_actor> runners;
  std::map<std::string, std::shared_ptr<host_script>> scripts;
  std::map<std::string, actors::host_context_actor> script_actors;
};

} // namespace actors_test

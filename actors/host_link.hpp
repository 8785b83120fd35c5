#pragma once
/// What a host_context does, without CAF: one connection, its agent link, hops by account, requests by token.
/// Driven by stream events and time; answers go to callbacks.
#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include "actors/environment.hpp"

namespace mito::actors {

class host_link final : public bootstrap::agent_link::backend {
public:
  using clock = bootstrap::clock;
  using answer = std::function<void(module_reply_ptr)>;

  struct callbacks {
    /// Opens a stream whose events carry this generation.
    std::function<std::shared_ptr<transport::stream>(unsigned generation, const std::string& command,
                                                     const std::vector<std::string>& argv)>
      open;
    std::function<void(int verbosity, std::string)> note;
    /// A hop is gone: its actor ends and the next request opens a new one.
    std::function<void(bootstrap::hop_id, const bootstrap::link_failure&)> hop_lost;
    /// The connection is gone.
    std::function<void()> lost;
  };

  host_link(connection_ptr spec, callbacks out, std::size_t result_limit);
  /// Answers what is still under way: nobody waits for an actor that has died.
  ~host_link() override;

  void connect(clock::time_point now);
  void invoke(bootstrap::hop_id hop, module_request_ptr request, answer reply, clock::time_point now);
  void cancel(std::uint64_t token);
  bootstrap::hop_id open_hop(const engine::become_settings& become, clock::time_point now);
  void on(const stream_event& e, clock::time_point now);
  /// Returns when it wants to be called again.
  clock::time_point tick(clock::time_point now);
  /// Ends the connection in good order; what is under way fails.
  void shutdown();
  bool connected() const { return ready_; }

  // agent_link::backend
  void write(std::string bytes) override;
  std::size_t queued() const override;
  void ready(const bootstrap::hello& h) override;
  void hop_ready(bootstrap::hop_id hop, const bootstrap::hello& h) override;
  void hop_failed(bootstrap::hop_id hop, const bootstrap::link_failure& why) override;
  void result(bootstrap::request_id id, core::value result) override;
  void failed(bootstrap::request_id id, const bootstrap::link_failure& why) override;
  void down(const bootstrap::link_failure& why) override;
  void restart() override;
  void note(int verbosity, std::string text) override;

private:
  struct pending {
    std::uint64_t token;
    answer reply;
  };
  void answer_request(bootstrap::request_id id, module_reply reply);
  void drop_link();
  void open_stream();
  void fail_pending(const std::string& message);

  connection_ptr spec_;
  callbacks out_;
  std::size_t result_limit_;
  std::unique_ptr<bootstrap::agent_link> link_;
  /// Links that said "down" inside one of their own calls: freed at the next event.
  std::unique_ptr<bootstrap::agent_link> old_link_;
  std::shared_ptr<transport::stream> stream_;
  unsigned generation_ = 0;
  bool ready_ = false;
  /// The command runs: the link's deadlines count from now on, not while the connection waits for its turn.
  bool running_ = false;
  std::unordered_map<bootstrap::request_id, pending> pending_;
  std::unordered_map<std::uint64_t, bootstrap::request_id> by_token_;
};

/// The text of a closed stream in the form that users of Ansible know: "Failed to connect to the host via ssh: …".
bootstrap::link_failure failure_of(const transport::close_info& closed, const connection_spec& spec);

} // namespace mito::actors

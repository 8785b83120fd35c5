#pragma once
/// The fork-servers of one agent, the sources that they are fed with, and the calls that wait for them.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/fork_server.hpp"

namespace mito::agent {

class python_pool {
public:
  /// What becomes of a call, for the job that asked for it.
  struct news {
    enum class kind : std::uint8_t { started, ended, refused, no_start, lost } what;
    std::uint32_t id;
    std::uint32_t number = 0;       ///< pid; wait status
    std::string text, noise;        ///< why it was refused; what a server that did not start wrote
  };

  /// A frame `python`. False: its sender is no controller of ours.
  bool keep(std::uint8_t flags, std::string_view body);
  /// `out` and `err` become the module's. Servers are told apart by interpreter and start environment.
  void run(std::uint32_t id, std::string interpreter, core::dict environment, std::string call, descriptor out, descriptor err);
  /// The job has given up a call that did not start: a server that hangs over it is ended.
  void abandon(std::uint32_t id);

  void poll(poll_set& set) const;
  void handle(const poll_set& set);
  bool exited(pid_t pid, int status);
  bool next(news& out);

private:
  struct call {
    std::uint32_t id;
    std::string text;
    descriptor out, err; ///< kept until it has started, should it have to be sent again
    unsigned attempts = 0;
  };
  struct entry {
    std::string interpreter;
    core::dict environment;
    std::unique_ptr<fork_server> server;
    std::size_t fed = 0; ///< bundles it has
    bool stale = false;
    std::vector<call> waiting;
    std::vector<std::uint32_t> running;
    moment used = 0;
  };
  entry& entry_for(const std::string& interpreter, const core::dict& environment);
  void make_room();
  void start(entry& e);
  void submit(entry& e, call& c);
  void heed(entry& e, const fork_server::event& said);
  void again(entry& e, std::uint32_t id);
  void bury(entry& e);

  std::string program_;
  std::vector<std::string> bundles_;
  std::size_t kept_ = 0;
  std::vector<std::unique_ptr<entry>> entries_;
  std::vector<news> news_;
};

} // namespace mito::agent

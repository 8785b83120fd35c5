#pragma once
/// What all actors of a run share: settings, variables, templates and the ways out of the process.
#include <memory>
#include <string>

#include "actors/interfaces.hpp"
#include "playbook/variables/store.hpp"
#include "templating/templar.hpp"

namespace mito::actors {

/// Opens streams; the I/O threads in a run, a script in tests.
class connector {
public:
  virtual ~connector() = default;
  virtual std::shared_ptr<transport::stream> open_ssh(const transport::ssh_target& target, std::string command,
                                                      std::shared_ptr<transport::stream_sink> sink) = 0;
  virtual std::shared_ptr<transport::stream> open_process(const transport::process_target& target,
                                                          std::shared_ptr<transport::stream_sink> sink) = 0;
};

/// Connection settings that the command line and configuration give; inventory variables win over them.
struct connection_defaults {
  std::string connection = "smart"; ///< ssh, local, smart
  std::optional<std::string> remote_user, private_key, password;
  std::optional<std::uint16_t> port;
  std::vector<std::string> ssh_args, ssh_common_args, ssh_extra_args;
  bool host_key_checking = true;
  std::chrono::milliseconds timeout{10000};
  std::optional<std::string> ssh_executable;
};

struct environment {
  const templating::templar* templar = nullptr;
  playbook::variable_store* store = nullptr;
  connector* streams = nullptr;
  engine::run_defaults defaults;
  connection_defaults connection;
  std::vector<std::string> search_paths;
  std::string playbook_dir;
  std::string local_tmp;                       ///< the run's own folder for temporary files, as results name it
  std::string remote_tmp = "~/.ansible/tmp";   ///< the same on targets
  unsigned forks = 5;
  int verbosity = 0;
  bool force_handlers = false;
  bool interactive = false;
  /// Modules say what they were called with (`invocation`): -vvv and machine-readable outputs.
  bool want_invocation = false;
  /// Results larger than this fail their task; the target is told to stop.
  std::size_t result_limit = 64u << 20;
  reporter_actor reporter;
  directory_actor directory;
};
using environment_ptr = std::shared_ptr<const environment>;

/// Reads connection variables and keywords to the final settings. The error names the variable.
core::expected<connection_ptr> resolve_connection(const environment& env, const templating::scope& vars,
                                                  const std::string& host_name,
                                                  const std::optional<std::string>& connection_keyword,
                                                  const std::optional<std::string>& remote_user_keyword);

/// Sends an event to the reporter.
template <class Event>
void report_event(const environment& env, Event e) {
  post(env.reporter, event_ptr(std::make_shared<const report::event>(std::move(e))));
}

} // namespace mito::actors

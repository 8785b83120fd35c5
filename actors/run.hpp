#pragma once
/// A whole run: the actor system, the I/O pool, and the plays one after the other.
#include <memory>
#include <string>
#include <vector>

#include "engine/task_run.hpp"
#include "playbook/loader.hpp"
#include "playbook/variables/store.hpp"
#include "report/event.hpp"
#include "strategy/plan.hpp"
#include "templating/templar.hpp"
#include "transport/io_pool.hpp"

namespace mito::actors {

struct connection_defaults;

struct run_options {
  strategy::plan_options plan;
  engine::run_defaults defaults;
  std::string limit; ///< --limit
  unsigned forks = 5;
  int verbosity = 0;
  bool force_handlers = false;
  bool gather_by_default = true;
  bool interactive = false;
  bool want_invocation = false;
  std::string local_tmp = "~/.ansible/tmp";  ///< Ansible's settings: results show names below them, nothing is made there
  std::string remote_tmp = "~/.ansible/tmp";
  transport::pool_options io;
  std::shared_ptr<const connection_defaults> connection;
};

/// Exit codes are Ansible's: 0 ok, 2 failed hosts, 4 unreachable hosts, 1 an error of the run itself, 99 interrupted.
class run {
public:
  run(run_options options, const templating::templar& templar, playbook::variable_store& store,
      std::vector<std::shared_ptr<report::sink>> sinks);
  ~run();

  /// Runs the books in order; blocks until done. Call `interrupt` from another thread (a signal's) to stop.
  int execute(const std::vector<playbook::playbook>& books);
  /// Thread-safe. The present play ends, running processes on the targets are ended, the recap is shown.
  void interrupt();

  struct impl;

private:
  std::unique_ptr<impl> impl_;
};

} // namespace mito::actors

#pragma once
/// ProxyCommand (ssh_config(5)): a program whose stdio is the connection.
#include <functional>
#include <memory>
#include <string>

#include "transport/child.hpp"
#include "transport/services.hpp"

namespace mito::transport {

/// The running program behind a connection. Dropping it ends the program's group; its death shows as the
/// connection's end.
class proxy_process {
public:
  proxy_process(io_thread& loop, spawned child);
  ~proxy_process();
  proxy_process(const proxy_process&) = delete;
  proxy_process& operator=(const proxy_process&) = delete;

private:
  std::shared_ptr<child_watch> watch_;
  owned_fd errors_; ///< kept open: a program that cannot write its complaint would die of it
};

struct proxy_started {
  owned_fd fd; ///< our end of its stdin and stdout
  std::shared_ptr<proxy_process> process;
  std::string error;
};

/// Runs `exec COMMAND` with the user's shell. `done` is posted to `loop`.
void start_proxy(services& shared, std::shared_ptr<io_thread> loop, const std::string& command,
                 std::function<void(proxy_started)> done);

} // namespace mito::transport

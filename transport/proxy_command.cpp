#include "transport/proxy_command.hpp"

#include <cstdlib>

namespace mito::transport {

proxy_process::proxy_process(io_thread& loop, spawned child)
    : watch_(std::make_shared<child_watch>(loop, child.pid, std::move(child.pidfd))),
      errors_(std::move(child.err)) {
  watch_->start(nullptr);
}

proxy_process::~proxy_process() {
  watch_->terminate();
}

void start_proxy(services& shared, std::shared_ptr<io_thread> loop, const std::string& command,
                 std::function<void(proxy_started)> done) {
  const char* shell = ::getenv("SHELL"); // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  spawn_options options;
  options.argv = {shell == nullptr || *shell == 0 ? "/bin/sh" : shell, "-c", "exec " + command};
  options.one_socket = true;
  shared.helpers.submit(
      [loop = std::move(loop), options = std::move(options), done = std::move(done)]() mutable {
        auto child = std::make_shared<core::expected<spawned>>(spawn(options));
        const bool posted = loop->post([loop = loop.get(), child, done = std::move(done)] {
          proxy_started result;
          if (*child) {
            result.fd = std::move((*child)->in);
            result.process = std::make_shared<proxy_process>(*loop, std::move(**child));
          } else {
            result.error = child->error().message();
          }
          done(std::move(result));
        });
        if (!posted && *child) end_child((*child)->pid);
      });
}

} // namespace mito::transport

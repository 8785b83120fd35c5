#include "transport/io_pool.hpp"

#include <libssh/libssh.h>

#include <atomic>

#include "transport/endpoint.hpp"
#include "transport/jump.hpp"
#include "transport/process_driver.hpp"
#include "transport/services.hpp"
#include "transport/ssh_driver.hpp"

namespace mito::transport {

struct io_pool::impl {
  explicit impl(pool_options options) : shared(std::make_shared<services>(std::move(options))) {
    for (unsigned i = 0; i < std::max(1u, shared->options.io_threads); ++i) {
      loops.push_back(std::make_shared<io_thread>());
      loops.back()->start();
    }
    shared->jumps = std::make_shared<jump_hosts>();
    shared->jumps->use_loops(loops);
  }

  const std::shared_ptr<io_thread>& next() { return loops[turn.fetch_add(1) % loops.size()]; }

  template <class Make>
  std::shared_ptr<stream> open(std::shared_ptr<stream_sink> sink, Make make) {
    const auto loop = next();
    auto end = std::make_shared<endpoint>(loop, std::move(sink), shared->options.write_high_water);
    loop->post([end, loop, make = std::move(make)]() mutable {
      if (end->closed()) return;
      loop->keep(end);
      end->begin(make(*end, loop));
    });
    return std::make_shared<stream_handle>(std::move(end));
  }

  std::shared_ptr<services> shared;
  std::vector<std::shared_ptr<io_thread>> loops;
  std::atomic<std::size_t> turn{0};
};

io_pool::io_pool(pool_options options) {
  ssh_init();
  impl_ = std::make_unique<impl>(std::move(options));
}

io_pool::~io_pool() {
  // The loops end first, so that nothing waits for an answer; then the helpers, whose last answers go
  // nowhere.
  for (auto& loop : impl_->loops) loop->stop();
  impl_->shared->questions.stop();
  impl_->shared->helpers.stop();
  impl_->shared->resolvers.stop();
  impl_->shared->jumps.reset(); // it refers back
  impl_.reset();
  ssh_finalize();
}

std::shared_ptr<stream> io_pool::open(ssh_target target, std::string command,
                                      std::shared_ptr<stream_sink> sink) {
  return impl_->open(std::move(sink), [shared = impl_->shared, target = std::move(target),
                                       command = std::move(command)](endpoint& end, auto& loop) mutable {
    return std::make_shared<ssh_driver>(end, shared, loop, std::move(target), std::move(command));
  });
}

std::shared_ptr<stream> io_pool::open(process_target target, std::shared_ptr<stream_sink> sink) {
  spawn_options options;
  options.argv = std::move(target.argv);
  options.environment = std::move(target.environment);
  return impl_->open(std::move(sink), [shared = impl_->shared,
                                       options = std::move(options)](endpoint& end, auto& loop) mutable {
    return std::make_shared<process_driver>(end, shared, loop, std::move(options));
  });
}

} // namespace mito::transport

#pragma once
/// What the connections of one pool share. Every part is thread-safe.
#include <memory>

#include "transport/connect_gate.hpp"
#include "transport/helper_pool.hpp"
#include "transport/host_keys.hpp"
#include "transport/io_pool.hpp"
#include "transport/key_store.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {

class jump_hosts;

struct services {
  explicit services(pool_options o)
      : options(std::move(o)), gate(std::make_shared<connect_gate>(options.connect_parallelism)),
        helpers(options.helper_threads), resolvers(options.helper_threads), questions(1) {}

  const pool_options options;
  const std::shared_ptr<connect_gate> gate;
  helper_pool helpers;
  helper_pool resolvers; ///< apart: a dead name server must not hold up keys
  helper_pool questions; ///< one thread: a person answers one question at a time
  host_keys hosts;
  key_store keys;
  config_store configs;
  std::shared_ptr<jump_hosts> jumps; ///< set once, before the first connection
};

} // namespace mito::transport

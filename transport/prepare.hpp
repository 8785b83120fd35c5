#pragma once
/// The part of a connection's set-up that reads files: settings and known host keys.
#include <string>
#include <vector>

#include "transport/host_keys.hpp"
#include "transport/services.hpp"
#include "transport/settings.hpp"
#include "transport/target.hpp"

namespace mito::transport {

struct prepared {
  ssh_settings settings;
  std::vector<known_key> known;
  std::string error; ///< the target's settings make no sense
};

/// Blocks; on a helper thread.
prepared prepare(services& shared, const ssh_target& target);

} // namespace mito::transport

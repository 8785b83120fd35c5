#pragma once
/// Name look-up: getaddrinfo may block for seconds, so it runs on helper threads.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "transport/helper_pool.hpp"
#include "transport/io_thread.hpp"

namespace mito::transport {

struct address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
  /// Numeric form, without port.
  std::string text() const;
};

struct resolve_result {
  std::vector<address> addresses;
  std::string error; ///< getaddrinfo's words; empty when addresses were found
};

/// Looks `host` up; `family` is AF_UNSPEC, AF_INET or AF_INET6. `done` is posted to `loop`; a numeric address
/// is answered at once, inside the call.
void resolve(helper_pool& helpers, std::shared_ptr<io_thread> loop, std::string host, std::uint16_t port,
             int family, std::function<void(resolve_result)> done);

/// The look-up itself; blocks.
resolve_result resolve_now(const std::string& host, std::uint16_t port, int family, bool numeric_only);

} // namespace mito::transport

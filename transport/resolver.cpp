#include "transport/resolver.hpp"

#include <netdb.h>

#include <cstring>

namespace mito::transport {

std::string address::text() const {
  char host[NI_MAXHOST] = "";
  ::getnameinfo(reinterpret_cast<const sockaddr*>(&bytes), size, host, sizeof host, nullptr, 0,
                NI_NUMERICHOST);
  return host;
}

resolve_result resolve_now(const std::string& host, std::uint16_t port, int family, bool numeric_only) {
  resolve_result result;
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV | (numeric_only ? AI_NUMERICHOST : 0);
  addrinfo* list = nullptr;
  const int rc = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &list);
  if (rc != 0) {
    result.error = rc == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(rc);
    return result;
  }
  for (addrinfo* a = list; a != nullptr; a = a->ai_next) {
    if (a->ai_addrlen > sizeof(sockaddr_storage)) continue;
    address one;
    std::memcpy(&one.bytes, a->ai_addr, a->ai_addrlen);
    one.size = a->ai_addrlen;
    result.addresses.push_back(one);
  }
  ::freeaddrinfo(list);
  if (result.addresses.empty()) result.error = "No address associated with hostname";
  return result;
}

void resolve(helper_pool& helpers, std::shared_ptr<io_thread> loop, std::string host, std::uint16_t port,
             int family, std::function<void(resolve_result)> done) {
  auto numeric = resolve_now(host, port, family, true);
  if (!numeric.addresses.empty()) {
    done(std::move(numeric));
    return;
  }
  helpers.submit([loop = std::move(loop), host = std::move(host), port, family,
                  done = std::move(done)]() mutable {
    auto result = resolve_now(host, port, family, false);
    loop->post([result = std::move(result), done = std::move(done)]() mutable { done(std::move(result)); });
  });
}

} // namespace mito::transport

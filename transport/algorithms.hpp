#pragma once
/// Which algorithms libssh has.
#include <cstdint>
#include <string>

namespace mito::transport {

enum class algorithm_kind : std::uint8_t { cipher, mac, kex, host_key, user_key };

/// Whether libssh has at least one of a comma-separated list. Any thread.
bool knows_algorithms(algorithm_kind kind, const std::string& list);

} // namespace mito::transport

#pragma once
/// What the fork-server is sent: the program itself, and bundles of sources and closures.
#include <mutex>
#include <string>

#include "protocol/python.hpp"
#include "pymodules/closure.hpp"

namespace mito::pymodules {

/// The text of agent/server/server.py, stripped.
std::string server_program();

/// Deflated: u32 count of sources, each u64 digest, u32 length, text; then u32 count of closures, each u64 digest, u32 count of
/// members: u16 length, name, u8 flags (1 package, 2 core), u64 digest.
std::string make_bundle(const std::vector<source_ptr>& sources, const std::vector<closure_ptr>& closures);

/// Makes bundles of what a host lacks; the same lack of many hosts is compressed once.
class bundler {
public:
  std::vector<protocol::source_set::part> missing(const closure_ptr& c, protocol::known_sources& known);

private:
  std::mutex mutex_;
  std::shared_ptr<const std::string> program_;
  std::unordered_map<std::uint64_t, std::shared_ptr<const std::string>> made_; ///< by the digest of what it holds
};

} // namespace mito::pymodules

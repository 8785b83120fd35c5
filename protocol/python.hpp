#pragma once
/// Messages about Python modules and programs: what the controller keeps on the agent, what comes of a call, and the talk
/// between the agent and its fork-server (agent/server/server.py), which has the same frame header over a socket.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace mito::protocol {

/// Names of requests that are no native modules.
constexpr std::string_view python_module = "python", program_module = "program";

namespace flag {
constexpr std::uint8_t program = 1, sources = 2; ///< frame `python`: gzipped server program; a bundle
constexpr std::uint8_t output = 2;               ///< frame `result`: a process_output instead of JSON
} // namespace flag

/// What a module's process left behind.
struct process_output {
  std::int32_t status = 0; ///< exit status
  std::int32_t signal = 0; ///< not 0: ended by this signal
  enum class state : std::uint8_t {
    done,      ///< it ran to its end
    timed_out, ///< its deadline passed
    truncated, ///< it wrote more than max_result
    no_start,  ///< the interpreter or program did not start: `err` is what it or the system said
    refused,   ///< the fork-server could not run this module: `err` says why, "kind: text"
    lost,      ///< the fork-server ended while the module ran
  } what = state::done;
  std::string err, out;
  bool operator==(const process_output&) const = default;

  void encode(std::string& body) const;
  static std::optional<process_output> decode(std::string_view body);
};

/// What an agent's account has been sent already, by digest.
using known_sources = std::unordered_set<std::uint64_t>;

/// What has to be on the target before a request; thread-safe, shared between hosts.
class source_set {
public:
  struct part {
    std::uint8_t flags;                       ///< of the `python` frame
    std::shared_ptr<const std::string> bytes; ///< its body
  };
  virtual ~source_set() = default;
  /// Everything of this set that is not in `known`, to which it is added.
  virtual std::vector<part> missing(known_sources& known) const = 0;
};

/// Types of frames between agent and fork-server.
namespace server {
enum class type : std::uint8_t {
  hello = 1, ///< server, behind the magic: JSON {"version": [3, 11, 2]}
  sources,   ///< agent: a bundle
  run,       ///< agent: JSON of a call; its stdout's and stderr's descriptors travel with the frame
  started,   ///< server: pid in 32 bits
  ended,     ///< server: wait status in 32 bits
  refused,   ///< server: why; a second line says where
  stale,     ///< server: modules of the system have changed since it started; the call was not run
};
} // namespace server

} // namespace mito::protocol

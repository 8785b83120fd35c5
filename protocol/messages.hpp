#pragma once
/// Typed message bodies. `encode` appends a body; `decode` gives nothing when the bytes are not exactly one.
/// Frames whose body is raw (result, upload_data, python) or empty (cancel, upload_done, set_hop, hop_retry,
/// hop_close, bye) have no struct.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mito::protocol {

struct hello {
  std::vector<std::string> features;
  std::string machine, system, node, release; ///< uname
  std::uint64_t pid = 0;
  std::uint64_t uid = 0;
  std::string via; ///< how the agent was started
  bool operator==(const hello&) const = default;

  void encode(std::string& out) const;
  static std::optional<hello> decode(std::string_view body);
};

/// Flags of the frame: check, diff, blob, upload.
struct request {
  std::string module;
  std::uint32_t deadline_ms = 0; ///< 0: none
  std::string args;              ///< JSON text of a dict
  std::string environment;       ///< JSON text of a dict of strings; empty: nothing to add
  std::uint64_t upload_size = 0; ///< with flag::upload
  std::string blob;              ///< with flag::blob
  bool operator==(const request&) const = default;

  void encode(std::string& out, std::uint8_t flags) const;
  static std::optional<request> decode(std::string_view body, std::uint8_t flags);
};

struct upload_credit {
  std::uint32_t bytes = 0;
  bool operator==(const upload_credit&) const = default;

  void encode(std::string& out) const;
  static std::optional<upload_credit> decode(std::string_view body);
};

/// Flag of the frame: password.
struct hop_open {
  /// "sudo", "su": which texts and prompts to expect. "image": no other user, but another image, which comes as hop_payload.
  std::string method;
  std::string user;   ///< for messages
  std::vector<std::string> argv;
  std::string prompt; ///< the become program's password prompt; empty: any line that ends in a colon
  std::string password;
  std::uint32_t timeout_ms = 0;
  bool operator==(const hop_open&) const = default;

  void encode(std::string& out) const;
  static std::optional<hop_open> decode(std::string_view body);
};

struct hop_payload {
  std::vector<std::string> argv; ///< instead of the first one: says when its stdin is read. Empty for method "image"
  std::string image;             ///< for its stdin: stage-0's line and an executable. For method "image" the executable
  bool operator==(const hop_payload&) const = default;

  void encode(std::string& out) const;
  static std::optional<hop_payload> decode(std::string_view body);
};

/// hop_failed and hop_down.
struct hop_report {
  enum class reason : std::uint8_t { become = 1, protocol = 2, lost = 3 } why = reason::become;
  std::string message;
  bool operator==(const hop_report&) const = default;

  void encode(std::string& out) const;
  static std::optional<hop_report> decode(std::string_view body);
};

struct lease {
  std::uint32_t seconds = 0; ///< 0: a heartbeat, encoded as an empty body
  bool operator==(const lease&) const = default;

  void encode(std::string& out) const;
  static std::optional<lease> decode(std::string_view body);
};

} // namespace mito::protocol

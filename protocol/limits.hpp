#pragma once
/// Hard bounds of the wire. Both ends hold them: what goes past one ends the connection that it came from.
#include <cstddef>
#include <cstdint>

namespace mito::protocol {

/// Body of one frame that an agent accepts: a request with its arguments and blob.
constexpr std::uint32_t max_body_to_agent = 16u << 20;
/// Body of one frame that a controller (or the agent above a hop) accepts from an agent.
constexpr std::uint32_t max_body_to_controller = 512u << 10;
/// A result above this goes in parts of this size.
constexpr std::size_t result_part = 256u << 10;
/// All parts of one result.
constexpr std::size_t max_result = 64u << 20;
/// Output that the agent keeps of one process, both streams together.
constexpr std::size_t max_output = 32u << 20;
/// What is left of an output that went past it.
constexpr std::size_t output_excerpt = 64u << 10;
/// `blob` of a request; anything larger is an upload.
constexpr std::size_t max_blob = 256u << 10;
/// Bytes of an upload in one frame, and how much the agent takes before it grants more.
constexpr std::size_t upload_part = 64u << 10;
constexpr std::size_t upload_credit_step = 256u << 10;
/// Frames for a hop that is still starting, kept by the agent above it.
constexpr std::size_t max_hop_queue = 8u << 20;
/// How deep hops nest, the login account's agent not counted.
constexpr unsigned max_hop_depth = 4;
/// Hops that one agent has or relays for.
constexpr std::size_t max_hops = 64;
/// Compressed Python sources that an agent keeps, and fork-servers that it has at a time.
constexpr std::size_t max_kept_sources = 64u << 20;
constexpr std::size_t max_python_servers = 8;
/// Requests that one agent runs or holds.
constexpr std::size_t max_requests = 1024;
/// What may stand before an agent's magic: motd, rc files, sudo's lecture.
constexpr std::size_t max_noise = 64u << 10;
/// Entries of a list inside a message (argv, features), and bytes of a short text in one.
constexpr std::size_t max_list = 256;
constexpr std::size_t max_text = 1u << 20;

} // namespace mito::protocol

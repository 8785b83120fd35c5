#pragma once
/// Named features of an agent, listed in its hello. A controller uses what is named and nothing else; the version
/// number of the magic changes only when the frame header does.
#include <array>
#include <string_view>

namespace mito::protocol::features {

constexpr std::string_view modules = "modules";         ///< request, result, cancel
constexpr std::string_view uploads = "uploads";         ///< upload_data, upload_credit, upload_done
constexpr std::string_view hops = "hops";               ///< hop_open … hop_close
constexpr std::string_view hop_payload = "hop-payload"; ///< hop_retry and hop_payload: a hop through the pipe
constexpr std::string_view lease = "lease";
constexpr std::string_view python = "python"; ///< frames `python`, requests `python` and `program`: the full image only

constexpr std::array<std::string_view, 5> all = {modules, uploads, hops, hop_payload, lease};

/// The modules of the first image, the one that stage-0 starts. All others are in the full image, which the controller sends
/// once per account when it first needs it and which the first runs as its child.
constexpr std::array<std::string_view, 4> first_image_modules = {"command", "ping", "raw", "shell"};

} // namespace mito::protocol::features

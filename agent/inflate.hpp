#pragma once
/// Unpacks gzip (RFC 1951, 1952) in little code; for images that the controller sends.
#include <optional>
#include <string>
#include <string_view>

namespace mito::agent {

/// Nothing when it is no single gzip member, is damaged, or has more than `most` bytes. The checksum is not looked at: the
/// stream that brought it is trusted to bring what was sent.
std::optional<std::string> gunzip(std::string_view packed, std::size_t most);

} // namespace mito::agent

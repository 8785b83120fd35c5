#pragma once
/// Whole files, read without exceptions (a file stream throws where a directory is read).
#include <optional>
#include <string>

namespace mito::transport {

/// The text of a regular file of at most `limit` bytes; nullopt with errno set when it cannot be read.
std::optional<std::string> read_file(const std::string& path, std::size_t limit = 64u << 20);

} // namespace mito::transport

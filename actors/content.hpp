#pragma once
/// What uploads are read from: a local file, or text in memory.
#include <memory>
#include <string>

#include "bootstrap/agent_link.hpp"

namespace mito::actors {

/// Null when the file cannot be opened. It is read in pieces as the target takes them.
std::shared_ptr<bootstrap::content_source> file_content(const std::string& path);
std::shared_ptr<bootstrap::content_source> text_content(std::shared_ptr<const std::string> text);

} // namespace mito::actors

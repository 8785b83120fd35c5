#pragma once
/// Sizes for people, as Ansible writes them: "256.00 GB", "0.00 Bytes".
#include <cstdint>
#include <string>

namespace mito::modules::setup {

std::string human_size(std::uint64_t bytes);

} // namespace mito::modules::setup

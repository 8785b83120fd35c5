#pragma once
/// YAML 1.1 timestamps. Internal to playbook/yaml.
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::playbook {

bool is_timestamp(std::string_view text);
/// A date or a datetime; the error is that of Python's datetime for fields out of range.
core::expected<core::value> construct_timestamp(std::string_view text);

} // namespace mito::playbook

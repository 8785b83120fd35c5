#pragma once
/// YAML 1.1 timestamps. As PyYAML reads them.
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::templating {

bool is_timestamp(std::string_view text);
/// A date or a datetime; the error is that of Python's datetime for fields out of range.
core::expected<core::value> construct_timestamp(std::string_view text);

} // namespace mito::templating

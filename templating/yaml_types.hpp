#pragma once
/// YAML 1.1 scalars as PyYAML's SafeLoader resolves and constructs them.
#include <optional>
#include <string>
#include <string_view>

#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::templating {

enum class yaml_type : std::uint8_t { string, null, boolean, integer, real, timestamp, merge, value };

/// The implicit type of a plain scalar.
yaml_type resolve_plain(std::string_view text);

/// The value of a scalar of a type; the error is Python's message for a text that does not fit.
core::expected<core::value> construct_scalar(yaml_type type, std::string_view text);

/// !!binary: standard base64 with white space ignored.
core::expected<core::value> construct_binary(std::string_view text);

} // namespace mito::templating

#pragma once
/// What the `ethtool` program says about an interface.
#include <string_view>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

/// Adds features, timestamping, hw_timestamp_filters and phc_index; nothing on a machine without the program,
/// as with Ansible. The names of the features are the program's own, so it has to be run.
void describe_with_ethtool(context& c, std::string_view device, core::dict& out);

/// The parsers of `ethtool -k` and `ethtool -T`.
void parse_ethtool_features(std::string_view output, core::dict& out);
void parse_ethtool_timestamps(context& c, std::string_view output, core::dict& out);

} // namespace mito::modules::setup

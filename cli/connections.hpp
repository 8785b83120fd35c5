#pragma once
/// From options and settings to how hosts are reached and whom tasks run as.
#include <memory>

#include "actors/environment.hpp"
#include "cli/option_table.hpp"
#include "cli/settings.hpp"

namespace mito::cli {

core::expected<std::shared_ptr<actors::connection_defaults>> connection_of(const parsed& given, const settings& s);
engine::become_settings become_of(const parsed& given, const settings& s);
/// Login and become passwords, asked for on the terminal or read from files before anything starts.
core::expected<void> read_passwords(const parsed& given, const settings& s, actors::connection_defaults& connection,
                                    engine::become_settings& become);

} // namespace mito::cli

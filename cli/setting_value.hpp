#pragma once
/// From a setting's text to its value, by Ansible's rules for each type.
#include <string>
#include <string_view>

#include "cli/setting_table.hpp"
#include "core/expected.hpp"
#include "core/value.hpp"

namespace mito::cli {

/// `text` as `s` has it. Paths are relative to `base` (a configuration file; empty: the working directory); `~`,
/// `$VARIABLES` and `{{CWD}}` are expanded. The error says in Python's words why the text has not the type.
core::expected<core::value> setting_value(const setting& s, std::string_view text, std::string_view base);
/// The default. `home` is the value of ANSIBLE_HOME.
core::value default_value(const setting& s, std::string_view home);
/// Whether `v` is one of the setting's choices; true where it has none.
bool is_choice(const setting& s, const core::value& v);

} // namespace mito::cli

#pragma once
/// Every keyword of ansible-core 2.14's playbook language, where it may stand, and whether this loader runs
/// it.
#include <cstdint>
#include <string_view>
#include <vector>

#include "playbook/model.hpp"

namespace mito::playbook {

enum level : std::uint8_t { in_play = 1, in_block = 2, in_task = 4, in_handler = 8, in_loop_control = 16 };

enum class support : std::uint8_t {
  yes,
  later,      ///< known to Ansible, refused by name
  structural, ///< read by the loader's own code, not by the tables of fields
};

struct keyword {
  std::string_view name;
  std::uint8_t levels;
  support state;
};

/// Null for what is no keyword at that level.
const keyword* find_keyword(std::string_view name, level where);
std::vector<std::string_view> keyword_names(level where);

/// Where a keyword's value goes; null when the struct has no such field.
field common::*common_field(std::string_view name);
field task::*task_field(std::string_view name);
field play::*play_field(std::string_view name);

/// Names of ansible-core's own modules and actions, for telling "not supported yet" from "no such module".
bool is_known_module(std::string_view short_name);
/// Lookup plugins of ansible-core: what may follow `with_`.
bool is_known_lookup(std::string_view name);

} // namespace mito::playbook

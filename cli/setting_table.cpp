#include "cli/setting_table.hpp"

namespace mito::cli {

const setting* find_setting(std::string_view name) {
  const setting* found = nullptr;
  for_each_setting([&](const setting& s) {
    if (!found && (s.name == name || s.id == name)) found = &s;
  });
  return found;
}

} // namespace mito::cli

#pragma once
/// Where a playbook's relative file names are looked for (DataLoader's path_dwim_relative and its stack form).
#include <string>
#include <string_view>
#include <vector>

namespace mito::playbook {

/// Absolute, `.` and `..` resolved by text, `~` by the home folder; a relative name stands in `base`.
std::string full_path(std::string_view name, std::string_view base);

/// `name` as a file of `folder` (a role's or the playbook's) with its `subfolder` (tasks, files …), then of the playbook's
/// folder `base`. The last place that was tried when there is no such file.
std::string find_relative(const std::string& folder, const std::string& subfolder, const std::string& name,
                          const std::string& base, bool is_role = false);

struct search_result {
  std::string path;                  ///< empty: nowhere
  std::vector<std::string> searched; ///< in order
};
/// `name` in each of `folders` (ansible_search_path), below `subfolder` first, then in the playbook's folder.
search_result find_in_stack(const std::vector<std::string>& folders, std::string_view subfolder, std::string_view name,
                            const std::string& base);

} // namespace mito::playbook

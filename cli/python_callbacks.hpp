#pragma once
/// Callbacks that are installed as Python plugins: found, so that a message can name them.
#include <string>
#include <vector>

#include "cli/settings.hpp"
#include "report/display.hpp"

namespace mito::cli {

/// The file of a callback plugin, searched where Ansible looks: callback_plugins, beside the playbooks, collections.
/// Empty: there is none.
std::string find_python_callback(const std::string& name, const settings& s, const std::vector<std::string>& playbook_folders);
/// Ansible loads each plugin of these folders unasked: one warning for each folder that has some.
void warn_of_python_callbacks(report::display& display, const settings& s, const std::vector<std::string>& playbook_folders);

} // namespace mito::cli

#pragma once
/// From settings to outputs: the display, the callback that stdout_callback names, and those of callbacks_enabled.
#include <memory>
#include <string>
#include <vector>

#include "cli/option_table.hpp"
#include "cli/settings.hpp"
#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::cli {

struct output_list {
  /// In the order in which they are told events.
  std::vector<std::shared_ptr<report::sink>> sinks;
  /// One of them shows what modules were called with.
  bool show_invocation = false;
};

struct output_choice {
  /// Empty: the setting stdout_callback.
  std::string stdout_callback;
  /// callbacks_enabled count (`ansible`: only with bin_ansible_callbacks).
  bool additional = true;
  /// Folders of the playbooks, whose callback_plugins/ Ansible would load.
  std::vector<std::string> playbook_folders;
};

/// Of ansible-playbook's command line and the settings.
report::output_options output_options_of(const parsed& given, const settings& s);
/// Opens the log that log_path names; one that cannot be written is said on stderr, and there is none, as in Ansible.
std::shared_ptr<report::display> make_display(const parsed& given, const settings& s);
/// The error's hint names what is supported.
core::expected<output_list> make_outputs(const settings& s, const std::shared_ptr<report::display>& to, const output_choice& choice);
/// What -vvvv shows of the command line: names as Ansible's, values as Python prints them; in Ansible's order.
std::vector<std::pair<std::string, std::string>> shown_arguments(const parsed& given, const settings& s);

} // namespace mito::cli

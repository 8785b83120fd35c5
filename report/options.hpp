#pragma once
/// Settings of the outputs, as ansible.cfg and ANSIBLE_* give them.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/colors.hpp"

namespace mito::report {

struct output_options {
  int verbosity = 0;
  bool check = false;
  bool diff = false;
  /// On when stdout is a terminal with colours and nocolor is not set, or with force_color.
  palette colors;
  bool terminal = false;        ///< stdout is a terminal: a status line is kept below the text
  unsigned columns = 79;        ///< 79 unless the terminal is wider (Ansible's Display)
  bool display_skipped_hosts = true;
  bool display_ok_hosts = true;
  bool display_failed_stderr = false;
  bool show_custom_stats = false;
  bool show_per_host_start = false;
  bool check_mode_markers = false;
  bool show_task_path_on_failure = false;
  bool display_args_to_stdout = false;
  bool action_warnings = true;      ///< what results warn about is shown
  bool deprecation_warnings = true;
  bool verbose_to_stderr = false;
  std::string result_format = "json";   ///< callback_result_format: json or yaml
  std::optional<bool> pretty_results;   ///< callback_format_pretty; unset: yes for yaml, no for json
  unsigned diff_context = 3;            ///< lines around a difference
  int json_indent = 4;                  ///< of the json callback; 0 or less: one line
  /// What -vvvv shows of the command line, in its order: option and value as Python prints it.
  std::vector<std::pair<std::string, std::string>> arguments;
};

} // namespace mito::report

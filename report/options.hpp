#pragma once
/// Settings of the outputs, as ansible.cfg and ANSIBLE_* give them.
#include <string>

namespace mito::report {

struct output_options {
  int verbosity = 0;
  bool check = false;
  bool diff = false;
  /// Colour when stdout is a terminal and neither ANSIBLE_NOCOLOR nor NO_COLOR is set, or ANSIBLE_FORCE_COLOR.
  bool color = false;
  bool terminal = false;        ///< stdout is a terminal: a status line is kept below the text
  unsigned columns = 79;        ///< banner width: 79 unless the terminal is wider (Ansible's Display)
  bool display_skipped_hosts = true;
  bool display_ok_hosts = true;
  bool display_failed_stderr = false;
  bool show_custom_stats = false;
  bool show_per_host_start = false;
  bool check_mode_markers = false;
  bool show_task_path_on_failure = false;
  bool display_args_to_stdout = false;
  bool pretty_results = false;  ///< callback_format_pretty; default depends on result_format and verbosity
  bool never_pretty = false;    ///< callback_format_pretty is set to false
  std::string result_format = "json";
};

} // namespace mito::report

#pragma once
/// The callback ansible.builtin.junit: a file of test cases, one for each task and host, at the end of each playbook.
#include <memory>
#include <optional>

#include "report/display.hpp"
#include "report/event.hpp"
#include "report/xml_text.hpp"

namespace mito::report {

/// The variables JUNIT_*.
struct junit_options {
  std::string folder;          ///< OUTPUT_DIR
  bool class_per_file = false; ///< TASK_CLASS
  std::string relative_to;     ///< TASK_RELATIVE_PATH
  std::optional<std::string> out_of_tree; ///< REPLACE_OUT_OF_TREE_PATH
  bool fail_on_change = false, fail_on_ignore = false, hide_arguments = false;
  bool include_setup = true;   ///< INCLUDE_SETUP_TASKS_IN_REPORT
  std::string case_prefix;     ///< TEST_CASE_PREFIX
};

class junit_output final : public sink {
public:
  using clock = std::chrono::system_clock;
  junit_output(std::shared_ptr<display> to, junit_options options);
  void on(const event& e) override;
  /// The report so far.
  xml_element document() const;

private:
  struct host_case {
    std::string host, status;
    core::value result;
    clock::time_point ended;
  };
  struct task_cases {
    std::uint64_t origin;
    std::string name, path, play, action;
    clock::time_point started;
    std::vector<host_case> hosts;
  };
  void begin(const task_info& t);
  void finish(const host_finished& e);
  void finish(const file_included& e);
  xml_element test_case(const task_cases& t, const host_case& h, double& seconds) const;
  std::string class_of(const std::string& path) const;
  void write_file();

  std::shared_ptr<display> out_;
  junit_options options_;
  std::string playbook_, play_;
  std::vector<task_cases> tasks_;
};

} // namespace mito::report

#pragma once
/// Outputs that go to files: the list of hosts to retry, and the callback `tree`.
#include <memory>

#include "report/display.hpp"
#include "report/event.hpp"

namespace mito::report {

/// PLAYBOOK.retry with the failed and unreachable hosts, and the line that says how to use it; before the recap.
class retry_file final : public sink {
public:
  /// `folder` empty: beside the playbook.
  retry_file(std::shared_ptr<display> to, std::string folder) : out_(std::move(to)), folder_(std::move(folder)) {}
  void on(const event& e) override;

private:
  void write(const run_finished& e);
  std::shared_ptr<display> out_;
  std::string folder_, playbook_;
};

/// The last result of each host as JSON in `folder`/HOST.
class tree_output final : public sink {
public:
  tree_output(std::shared_ptr<display> to, std::string folder) : out_(std::move(to)), folder_(std::move(folder)) {}
  void on(const event& e) override;

private:
  std::shared_ptr<display> out_;
  std::string folder_;
};

} // namespace mito::report

#pragma once
/// Ansible's `oneline` stdout callback (`ansible -o`), and the files of `ansible -t`.
#include <string>

#include "report/minimal_output.hpp"

namespace mito::report {

class oneline_output final : public minimal_output {
public:
  using minimal_output::minimal_output;

protected:
  void failed(const host_finished& e, core::value result) override;
  void ok(const host_finished& e, core::value result) override;
  void unreachable(const host_finished& e, const core::value& result) override;

private:
  std::string one_line(const core::value& result) const;
};

/// Writes each host's result as JSON into a file of its name in `folder`, which is made when it is missing.
class tree_output final : public sink {
public:
  tree_output(std::shared_ptr<display> to, std::string folder) : out_(std::move(to)), folder_(std::move(folder)) {}
  void on(const event& e) override;

private:
  std::shared_ptr<display> out_; ///< for warnings
  std::string folder_;
};

} // namespace mito::report

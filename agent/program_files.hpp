#pragma once
/// A module that is a program or script of its own, and its arguments file: in memory where that works, else files in a
/// private folder that goes with this object.
#include <string>
#include <string_view>

#include "agent/descriptor.hpp"

namespace mito::agent {

class program_files {
public:
  program_files() = default;
  program_files(const program_files&) = delete;
  program_files& operator=(const program_files&) = delete;
  ~program_files();

  /// `folder`: made with its parents (0700) when files are needed; `in_memory` false: they are. Text of the failure, or nothing.
  std::string make(std::string_view program, std::string_view arguments, bool in_memory, const std::string& name,
                   const std::string& folder);
  /// Paths for a child that is started now; in memory, it inherits the descriptors behind them.
  const std::string& program() const { return program_; }
  const std::string& arguments() const { return arguments_; }
  /// The child was started: our copies of the descriptors go.
  void started();

private:
  bool in_memory(std::string_view program, std::string_view arguments);
  std::string in_folder(std::string_view program, std::string_view arguments, const std::string& name, const std::string& folder);

  descriptor program_file_, arguments_file_;
  std::string program_, arguments_, folder_;
};

} // namespace mito::agent

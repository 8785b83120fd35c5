#pragma once
/// The agent of this machine as a file in memory, for starting it without a shell.
#include <string>

namespace mito::bootstrap {

class image_file {
public:
  image_file() = default;
  ~image_file();
  image_file(const image_file&) = delete;
  image_file& operator=(const image_file&) = delete;

  /// A path that our children (and nobody else) can execute while this object lives; empty when the system does not allow
  /// it, or when no agent was built for this machine.
  std::string path();

private:
  int fd_ = -1;
};

} // namespace mito::bootstrap

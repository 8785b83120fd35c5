#pragma once
/// What both halves of copy share: content that was sent (copy.cpp) and sources on the target
/// (copy_remote.cpp).
#include <optional>
#include <string>

#include "modules/common/arguments.hpp"

namespace mito::modules {

struct copy_job {
  call& c;
  std::string src;  ///< the file whose content is copied, as the result names it
  std::string content_file; ///< where the content is: `src`, or the temporary file that holds what was sent
  std::string dest; ///< where it goes; settled by `settle_destination`
  std::string base; ///< the name it gets inside a directory
  std::optional<std::string> checksum, md5; ///< of the source; none for directories
  std::optional<std::string> old_checksum;  ///< of what is at dest now
  std::string backup;
  core::dict answer; ///< a result that is complete already
  bool answered = false;

  bool give(core::dict d) {
    answer = std::move(d);
    answered = true;
    return false;
  }
  bool done() const { return answered || c.ended(); }
  core::value result(bool changed);
};

/// Directories that are missing below a dest with a trailing slash, the name inside a directory, links to
/// follow, `force: no`, and Ansible's words for what makes it impossible. False: the job is done.
bool settle_destination(copy_job& j);
/// Backup, validation and replacement. `src` is used up when `consume` is set, else copied.
bool replace_destination(copy_job& j, bool consume);

/// remote_src: yes.
core::value copy_on_target(call& c);
/// The part of it for a source that is a directory; whether anything changed.
bool copy_directory(copy_job& j, const std::string& dest_option);

} // namespace mito::modules

#pragma once
/// Sizes and UUIDs of mounted file systems, asked in children so that a dead mount cannot hold the module up.
#include <cstdint>
#include <vector>

#include "modules/setup/context.hpp"

namespace mito::modules::setup {

struct mount_answer {
  bool done = false;  ///< false: no answer within the time
  bool sized = false; ///< statvfs worked
  std::uint64_t fragment = 0, block = 0, blocks = 0, available = 0, inodes = 0, inodes_available = 0;
  char uuid[64] = {}; ///< empty when there is none
};

struct mount_question {
  std::string_view mount, device, type, options; ///< zero bytes follow each of them
};

/// All answers within `seconds`, however many mounts are dead. A stuck child is killed and left behind when
/// even that does not end it.
std::vector<mount_answer> probe_mounts(context& c, const std::vector<mount_question>& questions, int seconds);

/// UUID of the file system on a block device: from udev's data base, the links in /dev/disk/by-uuid, or (as
/// root) the superblock of ext2-4, XFS and Btrfs. Empty when none of them tells.
std::string_view file_system_uuid(context& c, std::string_view device);

/// The superblock's part: `head` is the device's first 128 KiB, or what there is of it.
std::string_view uuid_in_superblock(context& c, std::string_view head);

} // namespace mito::modules::setup

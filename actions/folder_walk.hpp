#pragma once
/// What copy finds in a folder of the controller.
#include <string>
#include <vector>

namespace mito::actions {

struct folder_entry {
  std::string from; ///< local path; of a link: what it points at
  std::string to;   ///< name below the destination
};

/// In the order of the folders' own entries, which is the order that Ansible's walk has.
struct folder_tree {
  std::vector<folder_entry> files, folders, links;
};

/// Everything below `root`. `whole`: names begin with the folder's own. `follow`: links count as what they point at,
/// unless that would go round in circles. Folders that cannot be read count as empty, as in Python's os.walk.
folder_tree walk_folder(const std::string& root, bool whole, bool follow);

} // namespace mito::actions

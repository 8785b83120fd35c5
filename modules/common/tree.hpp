#pragma once
/// Walking and removing directory trees.
#include <string>
#include <string_view>
#include <vector>

namespace mito::modules {

/// One directory of os.walk(): links to directories count as directories.
struct walk_step {
  std::string base;
  std::vector<std::string> directories, files;
};

/// os.walk(top), top first, without following links; what cannot be read is passed over.
class tree_walk {
public:
  explicit tree_walk(std::string top) { pending_.push_back(std::move(top)); }
  bool next(walk_step& step);

private:
  std::vector<std::string> pending_;
};

/// shutil.rmtree; empty on success, else str(OSError).
std::string remove_tree(const std::string& path);
/// os.makedirs(path): 0 or errno.
int make_directories(const std::string& path);

} // namespace mito::modules
